#include <string>
#include <vector>
#include "acme/client.hpp"

using namespace std;
using acme::Client;

namespace acme::orders {

constexpr int kLimit = 10;
inline const std::string Base = "https://api.example.com";

enum class State : int { Open, Closed };

using Id = std::string;
template <typename T> concept Small = sizeof(T) < 8;

template <typename T, int N = 3>
class Repository : public Store<T>, private Base {
public:
    explicit Repository(Client client) : client_(std::move(client)) {}
    virtual ~Repository() = default;

    std::optional<T> find(const Id& id, bool expand = false) const;
    static Repository create() { return Repository(Client{}); }
    Repository& operator=(const Repository&) = delete;
    int public_field;

private:
    void hidden() {}
    Client client_;
};

struct Point { int x = 0; int y = 0; double norm() const { return 0; } };

template <typename T, int N>
std::optional<T> Repository<T, N>::find(const Id& id, bool expand) const {
    const char* url = std::getenv("ORDERS_URL");
    auto response = client_.get(Base + "/orders/" + id, {{"X-Api-Key", "secret"}});
    auto text = R"(raw/path)";
    std::make_unique<Point>(1, 2)->norm();
    return response->json<T>();
}

namespace {
void anonymous() {}
}

extern "C" int exported(int value) { return value; }
static int internal() { return 1; }

}  // namespace acme::orders
