//! The macro behind the list of token sources.

/// Generates [`TokenSource`] and its dispatch from the list of sources.
///
/// Each module has `Source` (serde, `Eq`) that implements `Settings`.
macro_rules! token_sources {
    ($($name:literal => $variant:ident($module:ident),)*) => {
        /// Where a token is got.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "from")]
        pub enum TokenSource {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $variant($module::Source),)*
        }

        /// As written in the configuration.
        const FROM: &[&str] = &[$($name,)*];

        impl TokenSource {
            /// As written in the configuration.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            fn read_from(from: &str, table: &mut Reader<'_>) -> Option<Self> {
                match from { $($name => $module::Source::read(table).map(Self::$variant),)* _ => None }
            }

            /// The caller's variables that decide whose token it is: they enter the scope.
            #[must_use]
            pub fn deciding_variables(&self) -> Vec<&str> {
                match self { $(Self::$variant(source) => source.deciding_variables(),)* }
            }

            /// The caller's variables that only help to get it: forwarded, not part of the scope.
            #[must_use]
            pub fn reaching_variables(&self) -> Vec<&str> {
                match self { $(Self::$variant(source) => source.reaching_variables(),)* }
            }

            /// The files whose change decides anew who we are.
            #[must_use]
            pub fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
                match self { $(Self::$variant(source) => source.files(env),)* }
            }

            /// The files that change when the token is renewed or somebody signs in.
            #[must_use]
            pub fn sign_ins(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
                match self { $(Self::$variant(source) => source.sign_ins(env),)* }
            }
        }
    };
}
