package ids

func NewID() ID {
	return ID{}
}

func Run() {}

func hidden() ID { return ID{} }
