package dev.cordon.it.hooks;

import dev.cordon.hook.ConnectPolicy;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets all in but those whose account is locked. */
@ApplicationScoped
public class Members implements ConnectPolicy {
    @Override
    public HookAnswer connect(HookCall.Connect call) {
        String user = call.client().user().value();
        if (user.startsWith("locked")) {
            return HookAnswer.close(4501, "account is locked");
        }
        if (user.startsWith("broken")) {
            throw new IllegalStateException("a policy that fails");
        }
        return HookAnswer.data("{\"welcome\":\"" + user + "\",\"tenant\":\""
                + call.client().headers().getOrDefault("x-tenant", "none") + "\",\"headers\":"
                + call.client().headers().size() + "}");
    }

    @Override
    public HookAnswer subscribe(HookCall.Subscribe call) {
        return call.channel().name().startsWith("secret#")
                ? HookAnswer.error(103, "not this channel")
                : HookAnswer.accept();
    }
}
