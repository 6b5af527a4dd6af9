/*
 * The floor: the least that a WebSocket server on this kernel can take for the benchmark's protocol (docs/benchmarks.md).
 * One thread, one epoll, a table of user -> connection. Like the peers, it finds its fields by position and has no token,
 * log, limit on rates or check of UTF-8. It does mask, frame and bound as RFC 6455 has it; a frame in parts ends its connection.
 *
 * Usage: floor PORT. Listens on 127.0.0.1; ends when its standard input does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MOST_IN = 1 << 20,       /* bytes of one frame that comes, header included */
    MOST_OUT = 1 << 20,      /* bytes that wait for one connection; beyond, it is closed */
    READ_SIZE = 1 << 16,     /* bytes of one read */
    MOST_USER = 64,          /* bytes of a user's name */
    BUCKETS = 1 << 16,
    EVENTS = 512
};

typedef struct connection {
    int fd;
    int upgraded;
    int closing;             /* closed as soon as what waits is written */
    int dead;
    int dirty;               /* stands in the list of those that are written to at the end of the round */
    int writing;             /* waits for EPOLLOUT */
    char *rest;              /* the beginning of a frame whose end is still to come */
    size_t rest_size;
    char *out;
    size_t out_size, out_room;
    char user[MOST_USER];
    size_t user_size;
    struct connection *next; /* of the same bucket */
    struct connection *next_dead;
} connection;

static int poller;
static connection *users[BUCKETS];
static connection **dirty;
static size_t dirty_count, dirty_room;
static connection *dead_list;
static char in[MOST_IN + READ_SIZE];

static void *grown(void *block, size_t size) {
    void *larger = realloc(block, size);
    if (larger == NULL) {
        perror("floor: memory");
        exit(1);
    }
    return larger;
}

/* ---- users ---- */

static unsigned bucket(const char *name, size_t size) {
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (unsigned char) name[i]) * 16777619u;
    }
    return (hash ^ hash >> 16) & (BUCKETS - 1);
}

static connection *find(const char *name, size_t size) {
    connection *c = users[bucket(name, size)];
    while (c != NULL && (c->user_size != size || memcmp(c->user, name, size) != 0)) {
        c = c->next;
    }
    return c;
}

static void forget(connection *c) {
    if (c->user_size == 0) {
        return;
    }
    connection **at = &users[bucket(c->user, c->user_size)];
    while (*at != NULL && *at != c) {
        at = &(*at)->next;
    }
    if (*at == c) {
        *at = c->next;
    }
    c->user_size = 0;
}

/* The latest connection of a user is found first. */
static void remember(connection *c, const char *name, size_t size) {
    forget(c);
    memcpy(c->user, name, size);
    c->user_size = size;
    connection **head = &users[bucket(name, size)];
    c->next = *head;
    *head = c;
}

/* ---- output ---- */

static void bury(connection *c) {
    if (!c->dead) {
        c->dead = 1;
        forget(c);
        close(c->fd);
        c->next_dead = dead_list;
        dead_list = c;
    }
}

/* Room for so many bytes behind what waits. NULL when the connection may have no more. */
static char *room(connection *c, size_t size) {
    if (c->dead || c->closing) {
        return NULL;
    }
    if (c->out_size + size > MOST_OUT) {
        bury(c);
        return NULL;
    }
    if (c->out_size + size > c->out_room) {
        c->out_room = (c->out_size + size) * 2;
        c->out = grown(c->out, c->out_room);
    }
    if (!c->dirty) {
        if (dirty_count == dirty_room) {
            dirty_room = dirty_room * 2 + 64;
            dirty = grown(dirty, dirty_room * sizeof *dirty);
        }
        c->dirty = 1;
        dirty[dirty_count++] = c;
    }
    char *at = c->out + c->out_size;
    c->out_size += size;
    return at;
}

static char *put(char *at, const char *bytes, size_t size) {
    if (size > 0) {
        memcpy(at, bytes, size);
    }
    return at + size;
}

#define PUT(at, constant) put(at, constant, sizeof constant - 1)

/* Begins an unmasked frame: returns where its payload goes. */
static char *frame(connection *c, int opcode, size_t size) {
    size_t head = size < 126 ? 2 : size < 65536 ? 4 : 10;
    char *at = room(c, head + size);
    if (at == NULL) {
        return NULL;
    }
    at[0] = (char) (0x80 | opcode);
    if (head == 2) {
        at[1] = (char) size;
    } else if (head == 4) {
        at[1] = 126;
        at[2] = (char) (size >> 8);
        at[3] = (char) size;
    } else {
        at[1] = 127;
        for (int i = 0; i < 8; i++) {
            at[2 + i] = (char) ((uint64_t) size >> (56 - 8 * i));
        }
    }
    return at + head;
}

static void watch(connection *c, int writing) {
    if (c->writing != writing) {
        uint32_t reads = c->closing ? 0 : EPOLLIN;
        struct epoll_event event = {.events = reads | (writing ? EPOLLOUT : 0), .data.ptr = c};
        c->writing = writing;
        epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
    }
}

static void flush(connection *c) {
    size_t written = 0;
    while (!c->dead && written < c->out_size) {
        ssize_t count = send(c->fd, c->out + written, c->out_size - written, MSG_NOSIGNAL);
        if (count >= 0) {
            written += (size_t) count;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            bury(c);
        }
    }
    if (c->dead) {
        return;
    }
    c->out_size -= written;
    if (c->out_size > 0) {
        memmove(c->out, c->out + written, c->out_size);
    } else if (c->closing) {
        bury(c);
        return;
    }
    watch(c, c->out_size > 0);
}

/* Once for each connection that was written to in this round. */
static void flush_all(void) {
    for (size_t i = 0; i < dirty_count; i++) {
        dirty[i]->dirty = 0;
        flush(dirty[i]);
    }
    dirty_count = 0;
    while (dead_list != NULL) {
        connection *c = dead_list;
        dead_list = c->next_dead;
        free(c->rest);
        free(c->out);
        free(c);
    }
}

/* ---- commands ---- */

#define PUSH "{\"push\":{\"channel\":\"#"
#define PUSH_DATA "\",\"pub\":{\"data\":"
#define ID "{\"id\":"

static void push(const char *user, size_t user_size, const char *data, size_t data_size) {
    connection *c = find(user, user_size);
    if (c == NULL) {
        return;
    }
    char *at = frame(c, 1, sizeof PUSH - 1 + user_size + sizeof PUSH_DATA - 1 + data_size + 3);
    if (at != NULL) {
        at = put(PUT(at, PUSH), user, user_size);
        PUT(put(PUT(at, PUSH_DATA), data, data_size), "}}}");
    }
}

static void reply(connection *c, const char *id, size_t id_size, const char *head, size_t head_size, const char *data,
        size_t data_size, const char *tail, size_t tail_size) {
    char *at = frame(c, 1, sizeof ID - 1 + id_size + head_size + data_size + tail_size);
    if (at != NULL) {
        at = put(put(PUT(at, ID), id, id_size), head, head_size);
        put(put(at, data, data_size), tail, tail_size);
    }
}

#define REPLY(c, id, id_size, constant) reply(c, id, id_size, constant, sizeof constant - 1, NULL, 0, NULL, 0)

/* Moves past what is expected, or returns 0. */
static int skip(const char **at, const char *end, const char *expected, size_t size) {
    if ((size_t) (end - *at) < size || memcmp(*at, expected, size) != 0) {
        return 0;
    }
    *at += size;
    return 1;
}

#define SKIP(at, end, constant) skip(&(at), end, constant, sizeof constant - 1)

/* A name up to its closing quote, past which it moves. */
static int quoted(const char **at, const char *end, const char **name, size_t *size) {
    const char *quote = memchr(*at, '"', (size_t) (end - *at));
    if (quote == NULL) {
        return 0;
    }
    *name = *at;
    *size = (size_t) (quote - *at);
    *at = quote + 1;
    return 1;
}

static void command(connection *c, const char *at, const char *end) {
    const char *name;
    size_t size;
    if (!SKIP(at, end, ID)) {
        return;
    }
    const char *id = at;
    const char *comma = memchr(at, ',', (size_t) (end - at));
    if (comma == NULL || end - comma < 4) {
        return;
    }
    size_t id_size = (size_t) (comma - id);
    at = comma;
    const char *data_end = end - 2;
    if (SKIP(at, end, ",\"publish\":{\"channel\":\"#")) {
        if (quoted(&at, end, &name, &size) && SKIP(at, end, ",\"data\":") && at <= data_end) {
            push(name, size, at, (size_t) (data_end - at));
            REPLY(c, id, id_size, ",\"publish\":{}}");
        }
    } else if (SKIP(at, end, ",\"rpc\":{\"method\":\"echo\",\"data\":")) {
        if (at <= data_end) {
            reply(c, id, id_size, ",\"rpc\":{\"data\":", 15, at, (size_t) (data_end - at), "}}", 2);
        }
    } else if (SKIP(at, end, ",\"broadcast\":{\"channels\":[")) {
        const char *list_end = memchr(at, ']', (size_t) (end - at));
        const char *data = list_end == NULL ? end : list_end + 1;
        if (SKIP(data, end, ",\"data\":") && data <= data_end) {
            while (SKIP(at, list_end, "\"#") && quoted(&at, list_end, &name, &size)) {
                push(name, size, data, (size_t) (data_end - data));
                SKIP(at, list_end, ",");
            }
            REPLY(c, id, id_size, ",\"broadcast\":{}}");
        }
    } else if (SKIP(at, end, ",\"connect\":{\"user\":\"")) {
        if (quoted(&at, end, &name, &size) && size > 0 && size <= MOST_USER) {
            remember(c, name, size);
            REPLY(c, id, id_size, ",\"connect\":{}}");
        }
    }
}

/* One or more commands, one a line. */
static void text(connection *c, const char *at, size_t size) {
    const char *end = at + size;
    for (;;) {
        const char *line = memchr(at, '\n', (size_t) (end - at));
        command(c, at, line == NULL ? end : line);
        if (line == NULL) {
            return;
        }
        at = line + 1;
    }
}

/* ---- frames ---- */

static void unmask(char *bytes, size_t size, const char *key) {
    uint32_t four;
    memcpy(&four, key, 4);
    uint64_t eight = (uint64_t) four << 32 | four;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        word ^= eight;
        memcpy(bytes + i, &word, 8);
    }
    for (; i < size; i++) {
        bytes[i] ^= key[i & 3];
    }
}

/* Ends a connection with a close frame, as soon as that is written. */
static void close_with(connection *c, const char *code, size_t size) {
    char *at = frame(c, 8, size);
    if (at != NULL) {
        put(at, code, size);
        c->closing = 1;
    }
}

/* Handles the whole frames among the bytes; returns how many bytes they were. */
static size_t frames(connection *c, char *bytes, size_t size) {
    size_t used = 0;
    while (size - used >= 2 && !c->dead && !c->closing) {
        unsigned char *head = (unsigned char *) bytes + used;
        int opcode = head[0] & 0x0f;
        uint64_t length = head[1] & 0x7f;
        size_t head_size = length == 126 ? 8 : length == 127 ? 14 : 6;
        if ((head[0] & 0xf0) != 0x80 || !(head[1] & 0x80) || (opcode >= 8 && length > 125)) {
            close_with(c, "\x03\xea", 2); /* 1002 */
            break;
        }
        if (size - used < head_size) {
            break;
        }
        if (head_size > 6) {
            length = 0;
            for (size_t i = 2; i < head_size - 4; i++) {
                length = length << 8 | head[i];
            }
        }
        if (length > MOST_IN - head_size) {
            close_with(c, "\x03\xf1", 2); /* 1009 */
            break;
        }
        if (size - used - head_size < length) {
            break;
        }
        char *payload = (char *) head + head_size;
        unmask(payload, length, payload - 4);
        if (opcode == 1) {
            text(c, payload, length);
        } else if (opcode == 8) {
            close_with(c, payload, length >= 2 ? 2 : 0);
        } else if (opcode == 9) {
            char *at = frame(c, 10, length);
            if (at != NULL) {
                put(at, payload, length);
            }
        } else if (opcode != 10) {
            close_with(c, "\x03\xeb", 2); /* 1003 */
        }
        used += head_size + length;
    }
    return used;
}

/* ---- handshake: SHA-1 (FIPS 180-4) and Base64 (RFC 4648) of the key with RFC 6455's constant ---- */

static uint32_t rotated(uint32_t word, int bits) {
    return word << bits | word >> (32 - bits);
}

static void sha1_block(uint32_t state[5], const unsigned char block[64]) {
    static const uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t schedule[80];
    for (int t = 0; t < 80; t++) {
        schedule[t] = t < 16 ? (uint32_t) block[4 * t] << 24 | (uint32_t) block[4 * t + 1] << 16
                        | (uint32_t) block[4 * t + 2] << 8 | block[4 * t + 3]
                             : rotated(schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16], 1);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int t = 0; t < 80; t++) {
        uint32_t mixed = t < 20 ? (b & c) | (~b & d) : t >= 40 && t < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
        uint32_t next = rotated(a, 5) + mixed + e + constants[t / 20] + schedule[t];
        e = d;
        d = c;
        c = rotated(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* Of at most 119 bytes. */
static void sha1(const char *bytes, size_t size, unsigned char digest[20]) {
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    unsigned char padded[128] = {0};
    size_t blocks = (size + 9 + 63) / 64;
    memcpy(padded, bytes, size);
    padded[size] = 0x80;
    padded[blocks * 64 - 2] = (unsigned char) (size * 8 >> 8);
    padded[blocks * 64 - 1] = (unsigned char) (size * 8);
    for (size_t i = 0; i < blocks; i++) {
        sha1_block(state, padded + 64 * i);
    }
    for (int i = 0; i < 20; i++) {
        digest[i] = (unsigned char) (state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

/* 28 characters for 20 bytes. */
static void base64(const unsigned char digest[20], char out[28]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[21] = {0};
    memcpy(bytes, digest, 20);
    for (int i = 0; i < 7; i++) {
        uint32_t three = (uint32_t) bytes[3 * i] << 16 | (uint32_t) bytes[3 * i + 1] << 8 | bytes[3 * i + 2];
        for (int j = 0; j < 4; j++) {
            out[4 * i + j] = digits[three >> (18 - 6 * j) & 63];
        }
    }
    out[27] = '=';
}

/* Answers the request when it is whole; returns how many bytes it was. */
static size_t handshake(connection *c, const char *bytes, size_t size) {
    static const char name[] = "\r\nSec-WebSocket-Key:";
    char accept[24 + 36], answer[28];
    unsigned char digest[20];
    const char *end = memmem(bytes, size, "\r\n\r\n", 4);
    if (end == NULL) {
        if (size > 8192) {
            bury(c);
        }
        return 0;
    }
    const char *at = bytes;
    const char *key = memmem(bytes, (size_t) (end - bytes), name, sizeof name - 1);
    if (!SKIP(at, end, "GET /connection/websocket HTTP/1.1\r\n") || key == NULL) {
        bury(c);
        return size;
    }
    key += sizeof name - 1;
    while (key < end && *key == ' ') {
        key++;
    }
    if (end - key < 24) {
        bury(c);
        return size;
    }
    PUT(put(accept, key, 24), "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    sha1(accept, sizeof accept, digest);
    base64(digest, answer);
#define SWITCH "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
    char *out = room(c, sizeof SWITCH - 1 + sizeof answer + 4);
    if (out != NULL) {
        PUT(put(PUT(out, SWITCH), answer, sizeof answer), "\r\n\r\n");
        c->upgraded = 1;
    }
    return (size_t) (end - bytes) + 4;
}

/* ---- the loop ---- */

static void take(connection *c) {
    size_t size = c->rest_size;
    put(in, c->rest, size);
    ssize_t count = recv(c->fd, in + size, READ_SIZE, 0);
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            bury(c);
        }
        return;
    }
    size += (size_t) count;
    size_t used = c->upgraded ? 0 : handshake(c, in, size);
    if (c->upgraded) {
        used += frames(c, in + used, size - used);
    }
    c->rest_size = c->dead || c->closing ? 0 : size - used;
    if (c->rest_size > 0) {
        c->rest = grown(c->rest, c->rest_size);
        memcpy(c->rest, in + used, c->rest_size);
    }
}

static void welcome(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection *c = calloc(1, sizeof *c);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        if (c == NULL || epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) {
            free(c);
            close(fd);
            continue;
        }
        c->fd = fd;
    }
}

static int listening(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t) port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
            || bind(fd, (struct sockaddr *) &address, sizeof address) != 0 || listen(fd, 1024) != 0) {
        perror("floor: listen");
        exit(1);
    }
    return fd;
}

int main(int count, char **arguments) {
    static char listener_mark, parent_mark;
    if (count != 2) {
        fprintf(stderr, "usage: floor PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int listener = listening(atoi(arguments[1]));
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event listen_event = {.events = EPOLLIN, .data.ptr = &listener_mark};
    struct epoll_event parent_event = {.events = EPOLLIN, .data.ptr = &parent_mark};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &listen_event);
    epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &parent_event);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            void *of = events[i].data.ptr;
            if (of == &listener_mark) {
                welcome(listener);
            } else if (of == &parent_mark) {
                char ignored[64];
                if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
                    return 0;
                }
            } else {
                connection *c = of;
                if (c->closing && events[i].events & (EPOLLHUP | EPOLLERR)) {
                    bury(c);
                } else if (!c->dead && !c->closing && events[i].events & ~(uint32_t) EPOLLOUT) {
                    take(c);
                }
                if (!c->dead && events[i].events & EPOLLOUT) {
                    flush(c);
                }
            }
        }
        flush_all();
    }
}
