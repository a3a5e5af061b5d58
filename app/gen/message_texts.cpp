#include <array>

#include "app/gen/messages.h"

namespace inkling::gen {
namespace {

constexpr Level kD = Level::kDebug;
constexpr Level kI = Level::kInfo;
constexpr Level kW = Level::kWarn;
constexpr Level kE = Level::kError;

constexpr std::array kFrontend = std::to_array<MessageTemplate>({
    {kI, 20, "session", "session {hex} resumed for customer {cust}"},
    {kI, 16, "session", "new session {hex} from {ip}"},
    {kI, 14, "render", "rendered page product in {ms} ms, {n} components"},
    {kI, 12, "render", "rendered page list in {ms} ms, {n} components"},
    {kD, 10, "cache", "page cache hit for fragment recommendations-{n}"},
    {kD, 8, "cache", "page cache miss for fragment recommendations-{n}, rebuilt in {ms} ms"},
    {kI, 6, "search", "search returned {n} products in {ms} ms"},
    {kI, 5, "locale", "locale negotiated to de-DE for session {hex}"},
    {kI, 5, "locale", "locale negotiated to en-GB for session {hex}"},
    {kI, 4, "auth", "customer {cust} signed in"},
    {kI, 3, "auth", "customer {cust} signed out"},
    {kI, 3, "assets", "asset bundle main served from edge, age {n} s"},
    {kI, 2, "experiment", "customer {cust} assigned to experiment hero-banner variant {n}"},
    {kW, 1.2, "auth", "sign-in failed for {email}: wrong password"},
    {kW, 1, "http", "slow response: {ms} ms over budget on route /products"},
    {kW, 0.8, "session", "session {hex} expired, redirecting to sign-in"},
    {kI, 0.8, "auth", "password reset link sent to {email}"},
    {kW, 0.5, "http", "client {ip} closed the connection before the response"},
    {kW, 0.4, "ratelimit", "rate limit reached for {ip}: {n} requests in 10 s"},
    {kE, 0.2, "render", "rendering failed for fragment reviews-{n}: upstream returned no body"},
    {kI, 0.2, "health", "event loop lag {ms} ms"},
    {kW, 0.15, "csp", "content security policy report from {ip}: blocked inline script"},
    {kE, 0.1, "session", "session store unreachable, retry {n} of 50"},
    {kI, 0.08, "feature", "feature flags refreshed, {n} flags active"},
    {kW, 0.05, "memory", "heap used {pct} percent after garbage collection"},
    {kI, 0.03, "sitemap", "sitemap rebuilt with {n} sections in {ms} ms"},
});

constexpr std::array kCheckout = std::to_array<MessageTemplate>({
    {kI, 20, "cart", "cart {hex} loaded with {n} items for customer {cust}"},
    {kI, 14, "cart", "item {sku} added to cart {hex}"},
    {kI, 8, "cart", "item {sku} removed from cart {hex}"},
    {kI, 10, "pricing", "prices calculated for cart {hex}: total {amount} EUR, {n} lines"},
    {kI, 8, "orders", "order {order} placed by customer {cust}, total {amount} EUR"},
    {kI, 6, "events", "published order.created for {order} to order-events in {ms} ms"},
    {kD, 6, "stock", "stock of {sku} is {n}"},
    {kI, 5, "stock", "reserved {n} units of {sku} for order {order}"},
    {kI, 4, "shipping", "shipping options for cart {hex}: {n} offers in {ms} ms"},
    {kI, 4, "coupon", "coupon applied to cart {hex}: minus {amount} EUR"},
    {kW, 1.2, "coupon", "coupon rejected for cart {hex}: expired"},
    {kW, 1, "stock", "item {sku} is running low: {n} left"},
    {kI, 1, "mail", "order confirmation for {order} sent to {email}"},
    {kW, 0.6, "orders", "order {order} has been pending for {n} minutes"},
    {kI, 0.6, "cart", "merged guest cart {hex} into cart of customer {cust}"},
    {kW, 0.5, "payment-client", "payment call took {ms} ms, above the 500 ms budget"},
    {kI, 0.4, "tax", "tax table for region {n} loaded from cache"},
    {kE, 0.25, "orders", "order {order} could not be written: serialization conflict, retrying"},
    {kW, 0.2, "pool", "waited {ms} ms for a database connection"},
    {kI, 0.15, "jobs", "expired {n} abandoned carts in {ms} ms"},
    {kE, 0.1, "mail", "mail gateway refused message for {order}: mailbox full"},
    {kW, 0.08, "idempotency", "duplicate submission of order {order} ignored"},
    {kI, 0.05, "jobs", "inventory sync finished: {n} items changed"},
    {kW, 0.03, "shipping", "carrier rates older than {n} hours, using fallback"},
});

constexpr std::array kPayment = std::to_array<MessageTemplate>({
    {kI, 20, "shop.payment.AuthorisationService", "authorised {amount} EUR for order {order}"},
    {kI, 12, "shop.payment.CaptureService", "captured {amount} EUR for order {order} in {ms} ms"},
    {kI, 10, "shop.payment.provider.PaylaneClient",
     "paylane answered in {ms} ms, reference {uuid}"},
    {kD, 8, "shop.payment.risk.RiskScorer", "risk score of order {order} is {pct}"},
    {kI, 8, "shop.payment.ledger.LedgerWriter", "ledger entry {uuid} written"},
    {kI, 6, "shop.payment.token.TokenVault", "card token {hex} resolved"},
    {kI, 4, "shop.payment.settlement.SettlementWorker", "settled {n} order events in {ms} ms"},
    {kW, 1.5, "shop.payment.AuthorisationService",
     "card declined for order {order}: do not honour"},
    {kW, 1, "shop.payment.AuthorisationService", "card declined for order {order}: expired card"},
    {kI, 1, "shop.payment.RefundService", "refunded {amount} EUR for order {order}"},
    {kW, 0.6, "shop.payment.risk.RiskScorer", "order {order} held for review, score {pct}"},
    {kW, 0.5, "com.zaxxer.hikari.pool.HikariPool",
     "pool payments - connection {hex} marked as dead"},
    {kI, 0.5, "shop.payment.threeds.ChallengeService", "challenge {uuid} completed by {cust}"},
    {kW, 0.4, "shop.payment.provider.PaylaneClient", "paylane slow: {ms} ms, attempt {n}"},
    {kW, 0.3, "shop.payment.threeds.ChallengeService", "challenge {uuid} abandoned after {n} s"},
    {kE, 0.2, "shop.payment.provider.PaylaneClient",
     "paylane call failed: connection reset, retrying"},
    {kI, 0.2, "shop.payment.fx.RateTable", "exchange rates refreshed: {n} currencies"},
    {kE, 0.1, "shop.payment.ledger.LedgerWriter", "ledger write conflict on entry {uuid}"},
    {kW, 0.08, "shop.payment.jvm.GcMonitor", "garbage collection pause of {ms} ms"},
    {kI, 0.06, "shop.payment.report.DailyReport", "daily report written, {n} pages"},
    {kW, 0.04, "shop.payment.token.TokenVault", "key rotation due in {n} days"},
});

constexpr std::array kCatalogue = std::to_array<MessageTemplate>({
    {kI, 20, "store/items.go:118", "loaded item {sku} in {ms} ms"},
    {kD, 14, "cache/lru.go:64", "cache hit for item {sku}"},
    {kD, 8, "cache/lru.go:81", "cache fill for item {sku}, {n} entries evicted"},
    {kI, 8, "search/query.go:203", "search matched {n} items in {ms} ms"},
    {kI, 6, "store/prices.go:57", "price list {n} read, version {hex}"},
    {kI, 5, "images/resize.go:91", "image of {sku} resized in {ms} ms"},
    {kI, 3, "store/items.go:164", "related items for {sku}: {n}"},
    {kI, 2, "http/etag.go:33", "not modified: item {sku}"},
    {kI, 1.5, "import/feed.go:140", "supplier feed {n} imported, {ms} rows changed"},
    {kW, 1, "store/items.go:171", "item {sku} has no description in language {n}"},
    {kW, 0.8, "images/store.go:48", "image of {sku} not found, placeholder used"},
    {kW, 0.5, "store/db.go:77", "query took {ms} ms, statement items_by_page"},
    {kI, 0.5, "cache/warm.go:29", "warmed {n} entries in {ms} ms"},
    {kW, 0.3, "import/feed.go:166", "supplier feed {n} skipped a row: bad price"},
    {kE, 0.2, "import/feed.go:171", "supplier feed {n} failed: unexpected end of file"},
    {kI, 0.2, "search/index.go:88", "index segment {hex} merged in {ms} ms"},
    {kE, 0.1, "images/resize.go:97", "image of {sku} could not be decoded"},
    {kW, 0.08, "http/server.go:212", "request from {ip} cancelled after {ms} ms"},
    {kI, 0.06, "search/index.go:131", "index snapshot written, {n} segments"},
    {kW, 0.04, "cache/lru.go:102", "cache is {pct} percent full"},
});

constexpr std::array kOrdersDb = std::to_array<MessageTemplate>({
    {kI, 10, "connection", "connection received: host={ip} port=5432"},
    {kI, 10, "connection", "connection authorized: user=shop database=orders"},
    {kI, 8, "connection", "disconnection: session time 0:{n}:12 user=shop database=orders"},
    {kI, 5, "autovacuum", "automatic analyze of table orders.public.carts, elapsed {ms} ms"},
    {kI, 4, "checkpointer", "checkpoint complete: wrote {ms} buffers, {n} files synced"},
    {kI, 4, "checkpointer", "checkpoint starting: time"},
    {kI, 3, "autovacuum", "automatic vacuum of table orders.public.order_lines: {n} pages removed"},
    {kI, 1, "statement",
     "duration: 5{n}.2 ms statement: SELECT id, total FROM orders WHERE customer = {cust}"},
    {kW, 0.5, "lock",
     "process {n} still waiting for ShareLock on transaction 88{ms} after 1000 ms"},
    {kI, 0.4, "statement", "temporary file: path base/pgsql_tmp/{n}, size {ms}"},
    {kE, 0.2, "statement", "duplicate key value violates unique constraint orders_idempotency_key"},
    {kE, 0.1, "lock", "deadlock detected: process {n} waits for ShareLock"},
    {kW, 0.05, "archiver", "archive command took {n} seconds"},
});

constexpr std::array kStartup = std::to_array<MessageTemplate>({
    {kI, 1, "main", "starting, configuration {hex}"},
    {kI, 1, "main", "connected to database orders in {ms} ms"},
    {kI, 1, "main", "listening on port 8080 after {ms} ms"},
});

}  // namespace

std::span<const MessageTemplate> background_messages(ServiceId service) {
  switch (service) {
    case ServiceId::kFrontend:
      return kFrontend;
    case ServiceId::kCheckout:
      return kCheckout;
    case ServiceId::kPayment:
      return kPayment;
    case ServiceId::kCatalogue:
      return kCatalogue;
    case ServiceId::kOrdersDb:
      return kOrdersDb;
  }
  return {};
}

std::span<const MessageTemplate> startup_messages() { return kStartup; }

}  // namespace inkling::gen
