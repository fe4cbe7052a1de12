package ids

func NewID() (ID, error) {
	return ID{}, nil
}
