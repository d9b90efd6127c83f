//! The only place where a secret becomes JSON: the socket's answer to its owner.

use serde::{Deserialize, Deserializer, Serializer};
use shorepass_secret::Secret;

pub(crate) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

/// The same for the environment a client forwards.
pub(crate) mod map {
    use std::{collections::BTreeMap, fmt};

    use serde::{
        Deserializer, Serializer,
        de::{MapAccess, Visitor},
    };
    use shorepass_secret::Secret;

    pub(crate) fn serialize<S: Serializer>(
        values: &BTreeMap<String, Secret>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(values.iter().map(|(name, value)| (name, value.expose())))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Secret>, D::Error> {
        deserializer.deserialize_map(Values)
    }

    struct Values;

    impl<'de> Visitor<'de> for Values {
        type Value = BTreeMap<String, Secret>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("names and their values")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, String>()? {
                values.insert(name, Secret::new(value));
            }
            Ok(values)
        }
    }
}
