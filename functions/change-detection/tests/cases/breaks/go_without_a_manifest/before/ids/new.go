package ids

func NewID() ID {
	return ID{}
}
