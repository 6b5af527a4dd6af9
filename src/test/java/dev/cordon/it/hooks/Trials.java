package dev.cordon.it.hooks;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.RpcHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;

/** Answers {@code trial.*} with the scopes and the patience of a real application. */
@ApplicationScoped
public class Trials implements RpcHandler {
    private final Journal journal;
    private final Basket basket;

    @Inject
    public Trials(Journal journal, Basket basket) {
        this.journal = journal;
        this.basket = basket;
    }

    /** For the container's proxy. */
    protected Trials() {
        this(new Journal(), new Basket());
    }

    @Override
    public String method() {
        return "trial.*";
    }

    @Override
    public HookAnswer answer(HookCall.Rpc call) {
        return switch (call.method()) {
            case "trial.echo" -> HookAnswer.data(call.data());
            case "trial.hang" -> hang();
            case "trial.fail" -> throw new IllegalStateException("a trial that fails");
            case "trial.context" -> context();
            case "trial.journal" -> HookAnswer.data(journal.json());
            default -> HookAnswer.error(404, "no such trial");
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

    /** What the server must bring along for an application: a request of its own. Transactions are the orders' matter. */
    private HookAnswer context() {
        return HookAnswer.data("{\"items\":" + basket.add() + ",\"thread\":\""
                + Thread.currentThread().getName() + "\"}");
    }
}
