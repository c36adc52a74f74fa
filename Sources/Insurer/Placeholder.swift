enum InsurerPlaceholder {}
