use wire::Depot;
impl Depot for ä {
impl<Depot
