package com.example.orders;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What a customer has ordered. */
@Entity
@Table(name = "orders")
public class Order {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private long id;

    /** Only queries ask for it. */
    @SuppressWarnings("UnusedVariable")
    private String customer = "";

    private String item = "";
    private String state = "";

    /** For JPA. */
    protected Order() {}

    Order(String customer, String item) {
        this.customer = customer;
        this.item = item;
        this.state = "placed";
    }

    JsonObject json() {
        return Json.createObjectBuilder()
                .add("id", id)
                .add("item", item)
                .add("state", state)
                .build();
    }
}
