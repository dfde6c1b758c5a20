// A local venue in Aster's dialect that measures its client from its own side of the socket: from a
// book ticker written to the order with that ticker's price completely read, TLS included. So no
// clock is shared with the client under test. docs/benchmarks.md says how to use it.
//
// paced: one ticker every 1/rate s, each answered by an order.
// flood: tickers as fast as the socket takes them; only the last one asks for an order.
// burst: many tickers in one write, all asking for an order; the last one has to be answered.
//
// A ticker asks for an order unless its bid size is "1.000". It prints `port=N` when it listens and
// one line of JSON at the end.
#include "tools/bench/stopwatch_venue.hpp"

#include "venues/net/certificate.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>

namespace actorbot::bench {
namespace {

namespace asio = boost::asio;

int run(const venue_options& chosen) {
  const auto authority = net::make_authority("bench authority");
  const auto identity = net::make_certificate(authority, {"127.0.0.1", "localhost"});
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tls.use_certificate_chain(asio::buffer(identity.certificate));
  tls.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
  if (!chosen.ca_file.empty())
    std::ofstream{chosen.ca_file} << authority.certificate;
  asio::io_context io{1};
  stopwatch_venue here{io, tls, chosen};
  std::printf("port=%u\n", unsigned{here.port()});
  std::fflush(stdout);
  if (chosen.spin)
    while (!here.finished())
      io.poll();
  else
    io.run();
  std::printf("%s\n", here.result().c_str());
  if (!chosen.dump_file.empty()) {
    std::ofstream dump{chosen.dump_file};
    for (const auto ns : here.watch().latencies())
      dump << ns << '\n';
  }
  std::fflush(stdout);
  return 0;
}

} // namespace
} // namespace actorbot::bench

int main(int argc, char** argv) {
  actorbot::bench::venue_options chosen;
  CLI::App app{"A local Aster venue that measures tick to order from its own side"};
  app.add_option("--mode", chosen.mode)->check(CLI::IsMember({"paced", "flood", "burst"}));
  app.add_option("--port", chosen.port, "0: any free one");
  app.add_option("--ca", chosen.ca_file, "Where to write the certificate authority (PEM)");
  app.add_option("--dump", chosen.dump_file, "Where to write all latencies in ns");
  app.add_option("--pid-file", chosen.pid_file, "Has the client's process id when ticks begin");
  app.add_option("--rate", chosen.rate, "Ticks a second")->check(CLI::Range(1.0, 100'000.0));
  app.add_option("--count", chosen.count, "Ticks, or bursts")->check(CLI::Range(1, 10'000'000));
  app.add_option("--warm-up", chosen.warm_up, "Ticks before the measured ones");
  app.add_option("--burst", chosen.burst, "Ticks a burst")->check(CLI::Range(1, 10'000));
  app.add_option("--block", chosen.block, "Ticks a TLS record in a flood")
      ->check(CLI::Range(1, 60));
  app.add_option("--seconds", chosen.seconds, "Ends after this in any case");
  app.add_flag("--spin", chosen.spin, "Polls instead of sleeping");
  app.add_flag("--no-new-events", chosen.no_new_events, "No NEW event for an accepted order");
  CLI11_PARSE(app, argc, argv);
  return actorbot::bench::run(chosen);
}
