#include "venues/net/inbox.hpp"

#include <chrono>
#include <utility>

namespace actorbot::net {
namespace {

/// Spare storage worth keeping; the rest goes back to the heap.
constexpr std::size_t max_spare_bytes = 4u << 20;

venues::event_time now() {
  using namespace std::chrono;
  return {time_point_cast<nanoseconds>(system_clock::now()),
          duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count()};
}

} // namespace

std::unique_ptr<frame_buffer> inbox::take_frame_buffer() {
  std::lock_guard lock{mutex_};
  if (spare_frames_.empty())
    return std::make_unique<frame_buffer>();
  auto x = std::move(spare_frames_.back());
  spare_frames_.pop_back();
  spare_bytes_ -= x->capacity();
  return x;
}

std::unique_ptr<answer_data> inbox::take_answer() {
  std::lock_guard lock{mutex_};
  if (spare_answers_.empty())
    return std::make_unique<answer_data>();
  auto x = std::move(spare_answers_.back());
  spare_answers_.pop_back();
  spare_bytes_ -= x->capacity();
  return x;
}

void inbox::recycle(std::unique_ptr<frame_buffer> buffer) {
  if (spare_bytes_ + buffer->capacity() > max_spare_bytes)
    return;
  buffer->clear();
  spare_bytes_ += buffer->capacity();
  spare_frames_.push_back(std::move(buffer));
}

void inbox::recycle(std::unique_ptr<answer_data> answer) {
  if (spare_bytes_ + answer->capacity() > max_spare_bytes)
    return;
  answer->clear();
  spare_bytes_ += answer->capacity();
  spare_answers_.push_back(std::move(answer));
}

void inbox::give_back(std::unique_ptr<frame_buffer> unused) {
  if (!unused)
    return;
  std::lock_guard lock{mutex_};
  recycle(std::move(unused));
}

void inbox::give_back(std::unique_ptr<answer_data> unused) {
  if (!unused)
    return;
  std::lock_guard lock{mutex_};
  recycle(std::move(unused));
}

void inbox::push(venues::request_id id, std::unique_ptr<answer_data> answer) {
  event e;
  e.what = kind::answer;
  e.request = id;
  e.answer = std::move(answer);
  push(std::move(e));
}

void inbox::push_failed(venues::request_id id, bool written, std::string text) {
  event e;
  e.what = kind::failed;
  e.request = id;
  e.written = written;
  e.text = std::move(text);
  push(std::move(e));
}

void inbox::push_opened(venues::stream_id stream) {
  event e;
  e.what = kind::opened;
  e.stream = stream;
  push(std::move(e));
}

next_read inbox::push_frame(venues::stream_id stream, venues::frame_kind frame,
                            std::unique_ptr<frame_buffer> data, bool rest) {
  data->prepare(padding);
  event e;
  e.what = kind::frame;
  e.frame = frame;
  e.stream = stream;
  e.data = std::move(data);
  return push(std::move(e), rest);
}

void inbox::push_closed(venues::stream_id stream, std::string text) {
  event e;
  e.what = kind::closed;
  e.stream = stream;
  e.text = std::move(text);
  push(std::move(e));
}

void inbox::push(event&& e) { push(std::move(e), false); }

/// Under the lock.
next_read inbox::after_push(bool rest) const {
  if (full_)
    return next_read::full;
  return rest ? next_read::after_drain : next_read::now;
}

next_read inbox::push(event&& e, bool rest) {
  e.at = now();
  bool tell = false;
  {
    std::lock_guard lock{mutex_};
    if (closed_)
      return next_read::full;
    if (e.data) {
      ++waiting_frames_;
      waiting_bytes_ += e.data->size();
      if (waiting_frames_ >= max_frames || waiting_bytes_ >= max_bytes)
        full_ = true;
      // Before the owner can know of the frame: it may drain on another thread at once.
      resting_ = resting_ || rest;
    }
    arrived_.push_back(std::move(e));
    tell = !std::exchange(told_, true);
    if (!tell)
      return after_push(rest);
  }
  {
    std::lock_guard waking{wake_mutex_};
    if (!closed_)
      wake_();
  }
  std::lock_guard lock{mutex_};
  return after_push(rest);
}

void inbox::deliver(event& e, venues::transport_handler& handler) {
  switch (e.what) {
  case kind::answer:
    e.answer->headers(headers_);
    return handler.on(
        venues::http_answer{e.at, e.request, e.answer->status, headers_, e.answer->body()});
  case kind::failed:
    return handler.on(venues::http_failed{e.at, e.request, e.written, e.text});
  case kind::opened:
    return handler.on(venues::stream_opened{e.at, e.stream});
  case kind::frame: {
    auto bytes = e.data->cdata();
    return handler.on(venues::stream_frame{
        e.at, e.stream, e.frame, {static_cast<const char*>(bytes.data()), bytes.size()}});
  }
  case kind::closed:
    return handler.on(venues::stream_closed{e.at, e.stream, e.text});
  }
}

inbox::drained inbox::drain(venues::transport_handler& handler, std::size_t limit) {
  drained result;
  bool more = false;
  while (result.count < limit) {
    if (next_ == delivering_.size()) {
      delivering_.clear();
      next_ = 0;
      std::lock_guard lock{mutex_};
      if (closed_ || arrived_.empty())
        break;
      delivering_.swap(arrived_);
    }
    const auto first = next_;
    bool stopped = false;
    while (!stopped && next_ < delivering_.size() && result.count < limit) {
      deliver(delivering_[next_++], handler);
      ++result.count;
      stopped = closed_;
    }
    result.resume = finish_drain(first, next_) || result.resume;
    if (stopped)
      return result;
  }
  {
    std::lock_guard lock{mutex_};
    more = !closed_ && (next_ < delivering_.size() || !arrived_.empty());
    told_ = more;
  }
  if (more)
    wake_();
  return result;
}

/// Returns the delivered events' storage; says whether streams that paused or rested may go on.
bool inbox::finish_drain(std::size_t first, std::size_t last) {
  std::lock_guard lock{mutex_};
  for (auto i = first; i < last; ++i) {
    auto& e = delivering_[i];
    if (e.data) {
      --waiting_frames_;
      waiting_bytes_ -= e.data->size();
      recycle(std::move(e.data));
    } else if (e.answer)
      recycle(std::move(e.answer));
  }
  const bool room = waiting_frames_ < max_frames / 2 && waiting_bytes_ < max_bytes / 2;
  const bool may_go_on = full_ ? room : resting_;
  if (may_go_on)
    full_ = resting_ = false;
  return may_go_on;
}

void inbox::close() {
  std::lock_guard waking{wake_mutex_};
  std::lock_guard lock{mutex_};
  closed_ = true;
}

} // namespace actorbot::net
