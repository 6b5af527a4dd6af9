package dev.cordon.config;

import dev.cordon.auth.ApiKeys;
import dev.cordon.auth.DevTokens;
import dev.cordon.auth.FiguresAccess;
import dev.cordon.auth.TokenSettings;
import dev.cordon.endpoint.DirectWay;
import dev.cordon.endpoint.TransportKind;
import dev.cordon.grid.GridKeys;
import dev.cordon.hook.HookSettings;
import dev.cordon.hook.http.HttpHookSettings;
import dev.cordon.jdbc.JdbcSettings;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The decisions that are made once, at the start of the application.
 *
 * @param payara {@code cordon.payara}
 * @param transport {@code cordon.transport}
 * @param without {@code cordon.without}
 * @param compression {@code cordon.compression}
 * @param devTokens makes tokens in development mode; empty in production
 * @param log {@code cordon.log}
 * @param cluster {@code cordon.cluster}
 * @param gridKeys {@code cordon.grid.key} and {@code cordon.grid.second-key}; empty unless the grid is used
 * @param jdbc settings of the log's database
 * @param outbox {@code cordon.outbox.…}; empty without an outbox
 * @param figures {@code cordon.metrics.token}
 * @param hooks bounds on calls to the application's hooks
 * @param backEndHooks hooks over HTTP; empty without any {@code cordon.hook.<name>.url}
 * @param at time of the start
 */
record Start(
        Mode mode,
        TokenSettings tokens,
        ApiKeys apiKeys,
        LiveSettings live,
        Optional<DevTokens> devTokens,
        boolean payara,
        TransportKind transport,
        Set<DirectWay> without,
        boolean compression,
        CanarySettings canary,
        LogKind log,
        ClusterKind cluster,
        Optional<GridKeys> gridKeys,
        JdbcSettings jdbc,
        Optional<JdbcSettings> outbox,
        FiguresAccess figures,
        HookSettings hooks,
        Optional<HttpHookSettings> backEndHooks,
        Instant at) {
    /** @throws SettingException if the application must not start, with the one line that says why and what to do */
    static Start decide(SettingsSource source, Clock clock) {
        Mode mode = source.choice("mode", Mode.class, Mode.PRODUCTION);
        TokenSettings tokens = Settings.tokens(source);
        if (!tokens.configured() && mode == Mode.PRODUCTION) {
            throw new SettingException(
                    "no key to check tokens with: set cordon.token.hmac-secret (CORDON_TOKEN_HMAC_SECRET),"
                            + " cordon.token.public-key or cordon.token.jwks-url; to try it out set cordon.mode=dev");
        }
        LogKind log = source.choice("log", LogKind.class, LogKind.MEMORY);
        TokenSettings effective = tokens.configured() ? tokens : withSecret(tokens, DevTokens.randomSecret());
        TransportKind transport = source.choice("transport", TransportKind.class, TransportKind.AUTO);
        boolean payara = payara(source);
        if (transport == TransportKind.DIRECT && !payara) {
            throw new SettingException(
                    "cordon.transport=direct does not work with cordon.payara=false: set cordon.transport=auto, servlet or container");
        }
        ClusterKind cluster = source.choice("cluster", ClusterKind.class, ClusterKind.OFF);
        checkTogether(cluster, log);
        return new Start(
                mode,
                effective,
                apiKeys(source),
                new LiveSettings(source),
                devTokens(mode, effective, clock),
                payara,
                transport,
                source.choices("without", DirectWay.class),
                source.flag("compression", false),
                CanarySettings.read(source),
                log,
                cluster,
                gridKeys(source, mode, cluster),
                jdbc(source),
                outbox(source),
                figures(source),
                hooks(source),
                BackEndHooks.read(source),
                clock.instant());
    }

    private static void checkTogether(ClusterKind cluster, LogKind log) {
        if (log == LogKind.GRID && cluster != ClusterKind.GRID) {
            throw new SettingException(
                    "cordon.log=grid needs cordon.cluster=grid: set it, or cordon.log=memory or cordon.log=jdbc");
        }
        if (cluster == ClusterKind.DATABASE && log != LogKind.JDBC) {
            throw new SettingException("cordon.cluster=database needs a log in PostgreSQL: set cordon.log=jdbc and"
                    + " cordon.jdbc.url, or cordon.cluster=off");
        }
        if (cluster == ClusterKind.GRID && log == LogKind.MEMORY) {
            throw new SettingException("cordon.cluster=grid needs a log that all nodes share: set cordon.log=grid, or"
                    + " cordon.log=jdbc and cordon.jdbc.url, or cordon.cluster=off");
        }
    }

    /** Whether pages are told which node serves them, and may kill it: in a cluster in development mode only. */
    boolean showsNodes() {
        return mode == Mode.DEV && cluster != ClusterKind.OFF;
    }

    static boolean payara(SettingsSource source) {
        return source.flag("payara", true);
    }

    /** Reads the keys of the grid, used or not, so that a wrong one is found at once. */
    private static Optional<GridKeys> gridKeys(SettingsSource source, Mode mode, ClusterKind cluster) {
        Optional<String> key = source.text("grid.key");
        Optional<String> second = source.text("grid.second-key");
        try {
            if (key.isPresent()) {
                return Optional.of(GridKeys.of(key.get(), second)).filter(keys -> cluster == ClusterKind.GRID);
            }
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
        if (cluster != ClusterKind.GRID) {
            return Optional.empty();
        }
        if (mode == Mode.PRODUCTION) {
            throw new SettingException("cordon.cluster=grid needs a key that all nodes share: set cordon.grid.key"
                    + " (CORDON_GRID_KEY) to what openssl rand -base64 32 prints");
        }
        return Optional.of(GridKeys.ofDevelopment());
    }

    private static JdbcSettings jdbc(SettingsSource source) {
        return new JdbcSettings(
                source.text("jdbc.data-source").orElse(JdbcSettings.DEFAULT_DATA_SOURCE),
                source.text("jdbc.url"),
                source.text("jdbc.user"),
                source.text("jdbc.password"));
    }

    private static HookSettings hooks(SettingsSource source) {
        HookSettings defaults = HookSettings.DEFAULTS;
        int maxInFlight = source.integer("hook.max-in-flight", defaults.maxInFlight());
        try {
            return new HookSettings(
                    source.duration("hook.deadline", defaults.deadline()),
                    maxInFlight,
                    source.integer("hook.max-in-flight-per-user", Math.min(defaults.maxInFlightPerUser(), maxInFlight)),
                    source.integer("hook.max-queued-events", defaults.maxQueuedEvents()),
                    source.list("hook.headers"));
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<JdbcSettings> outbox(SettingsSource source) {
        Optional<String> dataSource = source.text("outbox.data-source");
        JdbcSettings settings = new JdbcSettings(
                dataSource.orElse(""),
                source.text("outbox.url"),
                source.text("outbox.user"),
                source.text("outbox.password"));
        return dataSource.isPresent() || settings.url().isPresent() ? Optional.of(settings) : Optional.empty();
    }

    private static FiguresAccess figures(SettingsSource source) {
        try {
            return new FiguresAccess(source.text("metrics.token"));
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<DevTokens> devTokens(Mode mode, TokenSettings tokens, Clock clock) {
        return mode == Mode.DEV && tokens.hmacSecret().isPresent()
                ? Optional.of(new DevTokens(tokens, clock))
                : Optional.empty();
    }

    private static ApiKeys apiKeys(SettingsSource source) {
        try {
            return new ApiKeys(source.text("api.keys").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    private static TokenSettings withSecret(TokenSettings tokens, String secret) {
        return new TokenSettings(
                Optional.of(secret),
                Optional.empty(),
                Optional.empty(),
                tokens.issuer(),
                tokens.audience(),
                tokens.leeway());
    }
}
