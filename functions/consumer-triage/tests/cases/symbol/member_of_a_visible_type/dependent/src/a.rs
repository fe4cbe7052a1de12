use depot::State;

fn f(s: State) -> u8 {
    match s {
        State::Parked => 1,
        State::Open => 2,
    }
}
