#include "app/worker.h"

#include <utility>

namespace inkling::app {

Result<Worker> Worker::create(const config::Config& config, bool keep_skeletons) {
  INKLING_TRY_ASSIGN(detect::Screen screen, detect::Screen::create(config.screen));
  const detect::SkeletonOptions skeletons{config.detect.templates.max_message_bytes,
                                          config.detect.templates.max_tokens};
  ingest::DecoderOptions decoder = config.decoder;
  decoder.inflate.max_bytes = config.http_source.max_inflated_bytes;
  decoder.inflate.max_ratio = config.http_source.max_inflate_ratio;
  return Worker{ingest::Decoder(decoder),
                detect::DigestBuilder(std::move(screen), skeletons, keep_skeletons)};
}

}  // namespace inkling::app
