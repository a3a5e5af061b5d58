#pragma once

#include <memory>

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes remote write requests of Prometheus (kRemoteWriteV1, kRemoteWriteV2): each sample and
// each native histogram is a line of the batch. __name__ is the metric, a label that stands for a
// service (service, app, ... at last job) the service, the others are labels. A counter is what its
// metadata says (2.0), else what is called _total, _count, _sum or _bucket. A native histogram
// becomes name_count and name_sum. Exemplars and the metadata of 1.0 are not read.
// See docs/components/remote_write.md.
std::unique_ptr<WireDecoder> make_remote_write_decoder(Format format, const WireContext& context);

}  // namespace inkling::ingest
