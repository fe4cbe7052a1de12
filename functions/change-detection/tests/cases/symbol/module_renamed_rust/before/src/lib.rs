pub mod distributions;
pub mod seeds;
pub mod rolls;
