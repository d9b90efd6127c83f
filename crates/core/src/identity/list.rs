//! The macro behind the list of identities.

/// Generates [`IdentityType`] and [`Identity`] and their dispatch from the list of types.
///
/// Each module has `Identity` (serde, `Eq`, `Default` for the cloud's own chain) with `read(&mut Reader, &Tokens)`,
/// `token()`, `login()`, `deciding_variables()`, `files(env)`, `sign_ins(env)` and `notes()`, and the constant `REACHING`.
macro_rules! identities {
    ($($name:literal => $variant:ident($module:ident),)*) => {
        /// Which cloud's identity a registry kind needs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IdentityType {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl IdentityType {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As written in the configuration.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The cloud's own default chain.
            #[must_use]
            pub fn default_identity(self) -> Identity {
                match self { $(Self::$variant => Identity::$variant($module::Identity::default()),)* }
            }

            /// Reads the settings of one `[identity.NAME]`.
            pub(crate) fn read(self, table: &mut Reader<'_>, tokens: &Tokens) -> Identity {
                match self { $(Self::$variant => Identity::$variant($module::Identity::read(table, tokens)),)* }
            }
        }

        /// Who we are.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type")]
        pub enum Identity {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $variant($module::Identity),)*
        }

        impl Identity {
            /// Which cloud's it is.
            #[must_use]
            pub fn identity_type(&self) -> IdentityType {
                match self { $(Self::$variant(_) => IdentityType::$variant,)* }
            }

            /// The token that it is proven by, where it is one of the configuration's.
            #[must_use]
            pub fn token(&self) -> Option<&TokenSource> {
                match self { $(Self::$variant(identity) => identity.token(),)* }
            }

            /// Which stored login it may use.
            #[must_use]
            pub fn login(&self) -> LoginUse<'_> {
                match self { $(Self::$variant(identity) => identity.login(),)* }
            }

            /// The caller's variables that decide who we are: they enter the scope.
            #[must_use]
            pub fn deciding_variables(&self) -> Vec<&str> {
                let of_token = self.token().map(TokenSource::deciding_variables).unwrap_or_default();
                match self { $(Self::$variant(identity) => [identity.deciding_variables(), of_token].concat(),)* }
            }

            /// The caller's variables that only help to get there, such as proxies: forwarded, not part of the scope.
            #[must_use]
            pub fn reaching_variables(&self) -> Vec<&str> {
                let of_token = self.token().map(TokenSource::reaching_variables).unwrap_or_default();
                match self { $(Self::$variant(_) => [$module::REACHING, REACHING, &of_token].concat(),)* }
            }

            /// The files and folders that change when somebody signs in.
            #[must_use]
            pub fn sign_ins(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
                let of_token = self.token().map(|token| token.sign_ins(env)).unwrap_or_default();
                match self { $(Self::$variant(identity) => [identity.sign_ins(env), of_token].concat(),)* }
            }

            /// The files whose change decides anew who we are.
            #[must_use]
            pub fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
                let of_token = self.token().map(|token| token.files(env)).unwrap_or_default();
                match self { $(Self::$variant(identity) => [identity.files(env), of_token].concat(),)* }
            }

            /// What a user should know before relying on it.
            #[must_use]
            pub fn notes(&self) -> Vec<String> {
                match self { $(Self::$variant(identity) => identity.notes(),)* }
            }
        }
    };
}
