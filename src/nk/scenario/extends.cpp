#include "nk/scenario/extends.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <system_error>

namespace nk::scenario {
namespace {

constexpr std::size_t longest_chain = 16;

std::filesystem::path same_for_same_file(std::filesystem::path const& path) {
    std::error_code ignored;
    auto const canonical = std::filesystem::weakly_canonical(path, ignored);
    return ignored ? path.lexically_normal() : canonical;
}

class Chain {
  public:
    Chain(FileOpener const& open, SourceTexts& sources, ProblemList& problems) : open_(open), sources_(sources), problems_(problems) {}

    void resolve(Node& root, std::filesystem::path const& file) {
        seen_.insert(same_for_same_file(file));
        auto const* named = root.find("extends");
        if (named == nullptr)
            return;
        auto const extends = *named;
        std::erase_if(root.children, [](Node const& child) { return child.key == "extends"; });
        if (auto below = parent(extends, file)) {
            merge(*below, std::move(root));
            root = std::move(*below);
        }
    }

  private:
    std::optional<Node> parent(Node const& extends, std::filesystem::path const& file) {
        if (extends.kind != Node::Kind::text || extends.text.empty())
            return refuse(extends, "type", "`extends` must be the name of a file");
        if (!open_)
            return refuse(extends, "name", "`extends` works only in a file, because it is relative to the file's folder");
        auto const path = file.parent_path() / std::filesystem::path(extends.text);
        if (seen_.contains(same_for_same_file(path)))
            return refuse(extends, "name", "`" + extends.text + "` extends itself, directly or through other files");
        if (seen_.size() >= longest_chain)
            return refuse(extends, "name", "more than " + std::to_string(longest_chain) + " files extend each other");
        errno = 0;
        auto const text = open_(path);
        if (!text)
            return refuse(extends, "name", "the file `" + extends.text + "` cannot be read",
                          "looked for `" + path.lexically_normal().string() + "`" +
                              (errno != 0 ? std::string(": ") + std::strerror(errno) : std::string{}));
        auto root = parse_toml(path.lexically_normal().string(), *text, sources_, problems_);
        if (root)
            resolve(*root, path);
        return root;
    }

    std::nullopt_t refuse(Node const& extends, std::string kind, std::string what, std::string why = "") {
        problems_.add({sources_.place(extends.where), std::move(kind), std::move(what), std::move(why), ""});
        return std::nullopt;
    }

    FileOpener const& open_;
    SourceTexts& sources_;
    ProblemList& problems_;
    std::set<std::filesystem::path> seen_;
};

} // namespace

std::optional<std::string> open_file(std::filesystem::path const& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error) || error)
        return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return std::nullopt;
    std::string text(largest_text + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad())
        return std::nullopt;
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text; // one byte over the limit is enough for the parser to refuse it
}

std::string read_file(std::filesystem::path const& path) {
    if (path.empty())
        throw MachineError("the name of the file to read is empty");
    errno = 0;
    auto text = open_file(path);
    if (!text)
        throw MachineError("cannot read `" + path.string() + "`: " + (errno != 0 ? std::strerror(errno) : "it is not a plain file"));
    return std::move(*text);
}

void resolve_extends(Node& root, std::filesystem::path const& file, FileOpener const& open, SourceTexts& sources, ProblemList& problems) {
    Chain(open, sources, problems).resolve(root, file);
}

} // namespace nk::scenario
