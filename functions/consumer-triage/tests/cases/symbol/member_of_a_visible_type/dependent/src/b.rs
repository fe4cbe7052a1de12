enum State {
    Parked,
}
fn f(s: State) -> bool {
    matches!(s, State::Parked)
}
