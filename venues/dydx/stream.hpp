#pragma once

#include "venues/protocol.hpp"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

/// The Indexer's WebSocket. Source: dydxprotocol/v4-chain, indexer/services/socks/src.
namespace actorbot::venues::dydx {

enum class socket_message : std::uint8_t {
  connected,
  subscribed,
  unsubscribed,
  data,  ///< `contents` is one update
  batch, ///< `contents` is a list of updates
  error,
  other, ///< the venue may add kinds
};

struct socket_frame {
  socket_message kind = socket_message::other;
  std::uint64_t number = 0; ///< message_id
  std::string_view channel;
  std::string_view id;    ///< empty for channels without one
  std::string_view words; ///< of an error
  simdjson::dom::element contents;
};

/// One connection: builds the requests, reads the frames and watches their numbers. The server
/// counts each request that it takes and each message that it sends; a `subscribed` carries the
/// number of its request and may come after data with larger numbers. So the numbers missing so far
/// may never be more than the requests still unanswered.
class indexer_socket {
 public:
  /// `id` may be empty.
  void subscribe(session_sink& sink, stream_id stream, std::string_view channel,
                 std::string_view id);
  void unsubscribe(session_sink& sink, stream_id stream, std::string_view channel,
                   std::string_view id);

  /// What is wrong with the frame, or empty: not an object of the documented form (garbage), or a
  /// number that proves that a message was lost (`gap` is set).
  std::string read(simdjson::dom::element root, socket_frame& out, bool& gap);

 private:
  void request(session_sink& sink, stream_id stream, std::string_view type,
               std::string_view channel, std::string_view id);
  bool in_sequence(const socket_frame& frame);

  std::string text_;
  std::uint64_t newest_ = 0;
  std::uint64_t missing_ = 0;    ///< numbers below the newest not seen yet
  std::uint64_t unanswered_ = 0; ///< requests
};

/// Why a session ends on an error message of the server.
session_end end_of_socket_error(std::string_view words);

} // namespace actorbot::venues::dydx
