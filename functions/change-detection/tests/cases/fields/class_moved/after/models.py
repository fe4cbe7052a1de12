from other import NewOrder
