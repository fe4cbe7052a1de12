pub mod distr;
mod sources;
pub use sources as seeds;
pub mod rolls {
}
