package ids

func NewID() (ID, error) {
	return ID{}, nil
}

func Run() error { return nil }

func hidden() (ID, error) { return ID{}, nil }
