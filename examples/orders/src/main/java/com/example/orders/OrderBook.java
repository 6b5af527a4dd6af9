package com.example.orders;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;

/** The orders of all customers. A change and its message commit together, or neither does. */
@ApplicationScoped
public class OrderBook {
    /** What the shop has. */
    private static final String OUT_OF_STOCK = "unicorn";

    @PersistenceContext
    private EntityManager orders;

    /** @throws IllegalStateException if the item is out of stock; nobody hears of the order then */
    @Transactional
    public Order place(String customer, String item) {
        Order order = new Order(customer, item);
        orders.persist(order);
        orders.flush();
        orders.createNativeQuery("SELECT cordon_publish(?1, ?2)")
                .setParameter(1, "orders#" + customer)
                .setParameter(2, order.json().toString())
                .getSingleResult();
        if (item.equals(OUT_OF_STOCK)) {
            // Found out late, as in real life: the message above must not leave.
            throw new IllegalStateException(item + " is out of stock");
        }
        return order;
    }

    @Transactional
    public JsonArray of(String customer) {
        JsonArrayBuilder found = Json.createArrayBuilder();
        orders.createQuery("SELECT o FROM Order o WHERE o.customer = :customer ORDER BY o.id", Order.class)
                .setParameter("customer", customer)
                .getResultList()
                .forEach(order -> found.add(order.json()));
        return found.build();
    }
}
