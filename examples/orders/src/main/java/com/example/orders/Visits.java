package com.example.orders;

import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.SessionListener;
import dev.cordon.protocol.Disconnect;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;

/** Keeps who came and who left. */
@ApplicationScoped
public class Visits implements SessionListener {
    @PersistenceContext
    private EntityManager visits;

    @Override
    @Transactional
    public void connected(SessionEvent event) {
        visits.merge(new Visit(
                event.client().connection().value(), event.client().user().value()));
    }

    @Override
    @Transactional
    public void disconnected(SessionEvent event, Disconnect why) {
        Visit visit = visits.find(Visit.class, event.client().connection().value());
        if (visit != null) {
            visit.end(why.code());
        }
    }

    @Transactional
    public JsonArray of(String customer) {
        JsonArrayBuilder found = Json.createArrayBuilder();
        visits.createQuery("SELECT v FROM Visit v WHERE v.customer = :customer", Visit.class)
                .setParameter("customer", customer)
                .getResultList()
                .forEach(visit -> found.add(visit.json()));
        return found.build();
    }
}
