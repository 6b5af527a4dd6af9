package com.example.orders;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.RpcHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;

/** Answers the page: {@code orders.list}, {@code orders.place} and {@code orders.visits}. */
@ApplicationScoped
public class OrderCalls implements RpcHandler {
    @Inject
    private OrderBook book;

    @Inject
    private Visits visits;

    @Override
    public String method() {
        return "orders.*";
    }

    @Override
    public HookAnswer answer(HookCall.Rpc call) {
        String customer = call.client().user().value();
        return switch (call.method()) {
            case "orders.list" -> HookAnswer.data(book.of(customer).toString());
            case "orders.place" -> place(customer, item(call));
            case "orders.visits" -> HookAnswer.data(visits.of(customer).toString());
            default -> HookAnswer.error(404, "there are orders.list, orders.place and orders.visits");
        };
    }

    private HookAnswer place(String customer, String item) {
        if (item.isBlank()) {
            return HookAnswer.error(400, "item is missing");
        }
        try {
            return HookAnswer.data(book.place(customer, item).json().toString());
        } catch (IllegalStateException e) {
            return HookAnswer.error(409, String.valueOf(e.getMessage()));
        }
    }

    private static String item(HookCall.Rpc call) {
        try (JsonReader reader = Json.createReader(new StringReader(call.data().text()))) {
            return reader.readValue() instanceof JsonObject data ? data.getString("item", "") : "";
        }
    }
}
