package dev.cordon.it.hooks;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.RpcHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.util.concurrent.CountDownLatch;
import javax.naming.InitialContext;

/** Answers {@code orders.*} with the transactions, scopes and patience of a real application. */
@ApplicationScoped
public class Orders implements RpcHandler {
    private final Journal journal;
    private final Basket basket;

    @Inject
    public Orders(Journal journal, Basket basket) {
        this.journal = journal;
        this.basket = basket;
    }

    /** For the container's proxy. */
    protected Orders() {
        this(new Journal(), new Basket());
    }

    @Override
    public String method() {
        return "orders.*";
    }

    @Override
    public HookAnswer answer(HookCall.Rpc call) {
        return switch (call.method()) {
            case "orders.echo" -> HookAnswer.data(call.data());
            case "orders.hang" -> hang();
            case "orders.fail" -> throw new IllegalStateException("an order that fails");
            case "orders.context" -> context();
            case "orders.journal" -> HookAnswer.data(journal.json());
            default -> HookAnswer.error(404, "no such order");
        };
    }

    private static HookAnswer hang() {
        try {
            new CountDownLatch(1).await();
            return HookAnswer.accept();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HookAnswer.error(500, "interrupted");
        }
    }

    /** What the server must bring along for an application: names, transactions and a request of its own. */
    private HookAnswer context() {
        try {
            UserTransaction transaction = InitialContext.doLookup("java:comp/UserTransaction");
            transaction.begin();
            boolean active = transaction.getStatus() == Status.STATUS_ACTIVE;
            transaction.rollback();
            return HookAnswer.data("{\"transaction\":" + active + ",\"items\":" + basket.add() + ",\"thread\":\""
                    + Thread.currentThread().getName() + "\"}");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
