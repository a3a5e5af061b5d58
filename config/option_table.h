#pragma once

#include "config/config.h"
#include "config/option.h"

namespace inkling::config {

// Every key of the configuration, in the order of the file, bound to `config`: the one table behind
// the parser, the default file, the JSON Schema and the reference.
OptionList option_table(Config& config);

// Its sections, each beside the module it fills (sections_*.cpp).
OptionList input_options(Config& config);
OptionList journal_options(Config& config);
OptionList screen_options(Config& config);
OptionList derive_options(Config& config);
OptionList detect_options(Config& config);
OptionList topology_options(Config& config);
OptionList correlate_options(Config& config);
OptionList escalate_options(Config& config);
OptionList output_options(Config& config);
OptionList state_options(Config& config);
OptionList server_options(Config& config);

// Parts of sections.
OptionList tls_options(TlsOptions& tls);
OptionList forward_options(ingest::ForwardOptions& forward);
OptionList syslog_options(ingest::SyslogOptions& syslog);
OptionList statsd_options(ingest::StatsdOptions& statsd);

}  // namespace inkling::config
