f(context.getScope());
