class
@