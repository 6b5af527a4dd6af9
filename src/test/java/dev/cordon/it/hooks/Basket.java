package dev.cordon.it.hooks;

import jakarta.enterprise.context.RequestScoped;

/** Lives for one call. */
@RequestScoped
public class Basket {
    private int items;

    int add() {
        return ++items;
    }
}
