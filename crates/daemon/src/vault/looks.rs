//! What the last looks at one user's vaults told, for a short while and without any secret.
//!
//! A user has as many vaults as there are sessions that lead to others: what decides that is the place. A look that
//! was begun before something changed tells nothing any more.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use shorepass_core::{
    exchange::{ExchangeError, Surroundings},
    identity::VAULT,
};

/// Keys and user names.
pub(crate) type Index = Arc<BTreeMap<String, String>>;

/// The values of the variables that say which vault is meant.
pub(super) type Place = Vec<Option<String>>;

/// By place.
#[derive(Default)]
pub(super) struct Looks {
    generation: u64,
    seen: HashMap<Place, Look>,
}

struct Look {
    index: Result<Index, ExchangeError>,
    /// On the steady clock.
    at: Duration,
}

/// Which vault a caller means.
pub(super) fn place(who: &Surroundings) -> Place {
    VAULT.iter().map(|name| who.env.get(*name).map(|value| value.expose().to_owned())).collect()
}

impl Looks {
    /// To be shown to [`Looks::note`] when the look is over.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// What was seen lately.
    pub(super) fn fresh(&self, place: &Place, now: Duration) -> Option<Result<Index, ExchangeError>> {
        let Look { index, at } = self.seen.get(place)?;
        let good_for = if index.is_ok() { INDEX_GOOD_FOR } else { FAILURE_GOOD_FOR };
        (now.saturating_sub(*at) < good_for).then(|| index.clone())
    }

    /// What was seen last, anywhere.
    pub(super) fn latest(&self) -> Option<Result<Index, ExchangeError>> {
        self.seen.values().max_by_key(|look| look.at).map(|look| look.index.clone())
    }

    /// Keeps what a look told, unless something has changed since it was begun.
    pub(super) fn note(
        &mut self,
        generation: u64,
        place: Place,
        index: Result<Index, ExchangeError>,
        now: Duration,
    ) {
        if generation != self.generation {
            return;
        }
        if self.seen.len() >= MOST_PLACES
            && !self.seen.contains_key(&place)
            && let Some(oldest) =
                self.seen.iter().min_by_key(|(_, look)| look.at).map(|(place, _)| place.clone())
        {
            self.seen.remove(&oldest);
        }
        self.seen.insert(place, Look { index, at: now });
    }

    /// Something has changed.
    pub(super) fn forget(&mut self) {
        self.generation += 1;
        self.seen.clear();
    }
}

/// How long a login that was stored past the broker goes unseen.
const INDEX_GOOD_FOR: Duration = Duration::from_secs(60);
/// A keyring that hangs must not hold up a queue of pulls.
const FAILURE_GOOD_FOR: Duration = Duration::from_secs(5);
const MOST_PLACES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_before_a_change_is_not_believed_after_it() {
        let mut looks = Looks::default();
        let begun = looks.generation();

        looks.forget();
        looks.note(begun, Vec::new(), Ok(Index::default()), Duration::ZERO);

        assert_eq!(looks.fresh(&Vec::new(), Duration::ZERO), None);
    }

    #[test]
    fn another_place_is_another_vault() {
        let mut looks = Looks::default();
        let here = vec![Some("/home/a".to_owned())];

        looks.note(looks.generation(), here.clone(), Ok(Index::default()), Duration::ZERO);

        assert!(looks.fresh(&here, Duration::from_secs(59)).is_some());
        assert_eq!(looks.fresh(&here, Duration::from_secs(60)), None);
        assert_eq!(looks.fresh(&vec![None], Duration::ZERO), None);
    }

    #[test]
    fn places_do_not_pile_up() {
        let mut looks = Looks::default();

        for number in 0..100_u64 {
            let place = vec![Some(number.to_string())];
            looks.note(0, place, Ok(Index::default()), Duration::from_secs(number));
        }

        assert_eq!(looks.seen.len(), MOST_PLACES);
        assert!(looks.fresh(&vec![Some("99".into())], Duration::from_secs(99)).is_some());
    }
}
