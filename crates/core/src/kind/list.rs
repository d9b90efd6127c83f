//! The macro behind the list of kinds.

/// Generates [`Kind`] and [`Target`] and their dispatch from the list of kinds.
///
/// Each module has `Target` (serde, `Eq`), `IDENTITIES`, `KEYS`, `ANONYMOUS`, `SAMPLES`, `recognise(&Registry)`,
/// `configure(&Registry, &Keys)` and, on its `Target`, `key()` and `wider()`.
macro_rules! kinds {
    ($($name:literal => $variant:ident($module:ident),)*) => {
        /// How a registry authenticates.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Kind {
            /// All of them, in the order in which hosts are recognised.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As written in the configuration and shown to people.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The identities that this kind can use; the first is the one that it uses by itself.
            #[must_use]
            pub fn identities(self) -> &'static [IdentityType] {
                match self { $(Self::$variant => $module::IDENTITIES,)* }
            }

            /// The keys it understands in a `[[registry]]` table.
            #[must_use]
            pub fn keys(self) -> &'static [Key] {
                match self { $(Self::$variant => $module::KEYS,)* }
            }

            /// Whether a failure means "go on anonymously" unless the route says otherwise.
            #[must_use]
            pub fn is_anonymous_on_failure(self) -> bool {
                match self { $(Self::$variant => $module::ANONYMOUS,)* }
            }

            /// What a star in a pattern may stand for in a host of this kind.
            pub(crate) fn samples(self) -> &'static [&'static str] {
                match self { $(Self::$variant => $module::SAMPLES,)* }
            }

            /// The target of a host that is this kind by its name alone.
            #[must_use]
            pub fn recognise(self, registry: &Registry) -> Option<Target> {
                match self { $(Self::$variant => $module::recognise(registry).map(Target::$variant),)* }
            }

            /// The target of a host that the configuration says is this kind.
            ///
            /// # Errors
            /// What is missing, as a fragment.
            pub fn configure(self, registry: &Registry, keys: &Keys) -> Result<Target, String> {
                match self { $(Self::$variant => $module::configure(registry, keys).map(Target::$variant),)* }
            }
        }

        /// What must be known about a registry to exchange for it, by kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum Target {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $variant($module::Target),)*
        }

        impl Target {
            /// Its kind.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => Kind::$variant,)* }
            }

            /// What of the target decides the credential; spellings that share it share the credential.
            #[must_use]
            pub fn key(&self) -> String {
                match self { $(Self::$variant(target) => format!("{} {}", $name, target.key()),)* }
            }

            /// Why the credential is wider than it is asked to be, as far as that is known before it is made.
            #[must_use]
            pub fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
                match self { $(Self::$variant(target) => target.wider(asked),)* }
            }
        }
    };
}
