//! Registries that let in whom a fake cloud has given a password that is still good.
//!
//! [`Registry`] serves a small image itself; [`TokenService`] is the other half of a real registry that
//! asks for bearer tokens; [`AcrRegistry`] is Azure's, which asks for its own.

mod acr;
pub mod admission;
mod distribution;
mod image;
mod shelf;
mod token_service;

pub use self::{
    acr::{AcrRegistry, AcrRegistryBuilder},
    admission::Admission,
    distribution::{Registry, RegistryBuilder},
    image::Image,
    token_service::{TokenService, TokenServiceBuilder},
};
