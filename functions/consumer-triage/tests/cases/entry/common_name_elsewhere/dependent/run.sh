serve x
