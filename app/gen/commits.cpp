#include "app/gen/commits.h"

#include <array>

#include "app/gen/messages.h"

namespace inkling::gen {
namespace {

using Texts = std::vector<CommitText>;

// In the order of ServiceId; the database gets none.
const std::array<Texts, 4>& innocent_texts() {
  static const std::array<Texts, 4> kTexts = {{
      {{"nora.berg",
        "style: new spacing scale on product cards",
        {"src/styles/card.css", "src/styles/scale.css"},
        "@@ .card {\n-  padding: 12px;\n+  padding: var(--space-3);\n }"},
       {"pavel.novak",
        "chore: translate footer to Italian",
        {"locales/it.json"},
        "@@ {\n+  \"footer.imprint\": \"Note legali\"\n }"},
       {"nora.berg",
        "feat: show delivery estimate on the cart page",
        {"src/pages/cart.tsx", "src/components/estimate.tsx"},
        "@@ export function Cart() {\n+  <DeliveryEstimate region={region} />\n }"}},
      {{"tariq.aziz",
        "refactor: split order controller by verb",
        {"src/http/orders.js", "src/http/orders_get.js"},
        "@@ router\n-router.use(orders)\n+router.use(ordersGet)\n+router.use(ordersPost)"},
       {"lucia.ferro",
        "docs: describe the cart expiry job",
        {"docs/jobs.md"},
        "@@ ## Jobs\n+Abandoned carts expire after 14 days."},
       {"tariq.aziz",
        "test: cover coupon with a zero total",
        {"test/coupon.test.js"},
        "@@ describe('coupon')\n+  it('keeps a zero total', () => {})"}},
      {{"marta.kowal",
        "chore: bump logback to 1.4.14",
        {"pom.xml"},
        "@@ <logback>\n-1.4.11\n+1.4.14"},
       {"oliver.brandt",
        "refactor: name the risk thresholds",
        {"src/main/java/shop/payment/risk/RiskScorer.java"},
        "@@ class RiskScorer {\n-  if (score > 80) {\n+  if (score > REVIEW_THRESHOLD) {"}},
      {{"yara.haddad",
        "feat: sort related items by popularity",
        {"store/items.go", "store/items_test.go"},
        "@@ func Related(\n-\treturn items\n+\tsort.Slice(items, byPopularity(items))\n+\treturn "
        "items"},
       {"sven.olsen",
        "chore: go 1.22",
        {"go.mod", "Dockerfile"},
        "@@ module catalogue\n-go 1.21\n+go 1.22"},
       {"yara.haddad",
        "fix: spelling in the feed importer's help",
        {"import/feed.go"},
        "@@ usage\n-\"recieve supplier feeds\"\n+\"receive supplier feeds\""}},
  }};
  return kTexts;
}

}  // namespace

const CommitText& innocent_commit(ServiceId service, std::size_t number) {
  const Texts& texts = innocent_texts()[index_of(service)];
  return texts[number % texts.size()];
}

const CommitText& culprit_commit(std::string_view scenario) {
  static const CommitText kBadDeploy = {
      "lucia.ferro",
      "feat: stack several coupons on one cart",
      {"src/pricing/coupon.js", "src/pricing/price.js"},
      "@@ export function applyCoupon(cart, coupons) {\n-  const coupon = coupons[0];\n-  if "
      "(!coupon) return cart;\n-  return minus(cart, coupon.discount.amount);\n+  return "
      "coupons.reduce((total, c) => minus(total, c.discount.amount), cart);\n }"};
  static const CommitText kMemoryLeak = {
      "sven.olsen",
      "perf: keep decoded images of recent items in memory",
      {"images/resize.go", "cache/images.go"},
      "@@ var decoded = map[string]image.Image{}\n func Resize(sku string) {\n+\tdecoded[sku] = "
      "img // saves a decode per request\n }"};
  static const CommitText kQueueBacklog = {
      "oliver.brandt",
      "fix: settle events in order",
      {"src/main/java/shop/payment/settlement/SettlementWorker.java"},
      "@@ class SettlementWorker {\n-  events.parallelStream().forEach(this::settle);\n+  for "
      "(Event "
      "e : events) { settle(e); ledger.flush(); }"};
  static const CommitText kLogFlood = {
      "yara.haddad",
      "feat: verify checksums of cache entries",
      {"cache/lru.go", "cache/checksum.go"},
      "@@ func (c *LRU) Get(key string) {\n+\tif sum(entry) != entry.sum {\n+\t\tlog.Warn(\"cache "
      "entry discarded: checksum differs\")\n+\t\treturn nil\n+\t}"};
  if (scenario == "memory_leak") return kMemoryLeak;
  if (scenario == "queue_backlog") return kQueueBacklog;
  if (scenario == "log_flood") return kLogFlood;
  return kBadDeploy;
}

Commit make_commit(const CommitText& text, Timestamp time, Random& random) {
  fmt::memory_buffer sha;
  append_hex(random.next(), 16, sha);
  append_hex(random.next(), 16, sha);
  append_hex(random.next(), 8, sha);
  return {.sha = fmt::to_string(sha),
          .time = time,
          .author = std::string(text.author),
          .message = std::string(text.message),
          .files = text.files,
          .diff = std::string(text.diff)};
}

}  // namespace inkling::gen
