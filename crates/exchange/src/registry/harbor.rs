//! Harbor: makes the robot account that is handed out, and deletes it.
//!
//! Whether a robot was made is told apart from whether there is an answer: its maker must delete what nobody
//! has heard of. A making that was lost on the way is tried once more, after whatever came of it is deleted.

mod create;
mod office;
mod refusal;
mod remove;
mod rights;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    robot::{RobotMade, RobotOrder, RobotRemoved},
};

use crate::deadline::Progress;
use office::Office;

/// Makes a robot under the name of the order.
pub(crate) async fn make(order: &RobotOrder, progress: &Progress) -> Result<RobotMade, ExchangeError> {
    progress.waits_for(HARBOR);
    let prepared = async {
        let office = Office::open(order)?;
        let rights = rights::wanted(&office).await?;
        Ok((office, rights))
    };
    let (office, rights) = match prepared.await {
        Ok(prepared) => prepared,
        Err(error) => return Ok(RobotMade::NotMade { error }),
    };
    match create::create(&office, &rights).await {
        Err(lost) if is_worth_another_try(&lost) => {
            remove::by_name(&office).await.map_err(|_| lost.clone())?;
            // A robot of the first try may still be under way, so a refusal of this one means little.
            match create::create(&office, &rights).await {
                Ok(made @ RobotMade::Made { .. }) => Ok(made),
                _ => Err(lost),
            }
        }
        done => done,
    }
}

/// Deletes the robot of the order, by its number if that is known.
pub(crate) async fn remove(order: &RobotOrder, progress: &Progress) -> Result<RobotRemoved, ExchangeError> {
    progress.waits_for(HARBOR);
    let office = Office::open(order)?;
    match order.id {
        Some(id) => remove::by_number(&office, id).await,
        None => remove::by_name(&office).await,
    }
}

fn is_worth_another_try(error: &ExchangeError) -> bool {
    error.kind == ErrorKind::Unavailable && error.retry_after.is_none()
}

const HARBOR: &str = "Harbor";
