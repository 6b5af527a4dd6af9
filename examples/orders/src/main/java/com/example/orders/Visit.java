package com.example.orders;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A customer's connection: here, or gone with a code. */
@Entity
@Table(name = "visits")
public class Visit {
    @Id
    private String connection = "";

    /** Only queries ask for it. */
    @SuppressWarnings("UnusedVariable")
    private String customer = "";

    private int ended;

    /** For JPA. */
    protected Visit() {}

    Visit(String connection, String customer) {
        this.connection = connection;
        this.customer = customer;
    }

    /** @param code close code of its end */
    void end(int code) {
        ended = code;
    }

    JsonObject json() {
        return Json.createObjectBuilder()
                .add("here", ended == 0)
                .add("code", ended)
                .build();
    }
}
