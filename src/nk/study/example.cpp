#include "nk/study/example.hpp"

#include "nk/scenario/reader.hpp"

namespace nk::study {

Example read_example(std::string const& text, ParameterBase const& base, std::string const& name) {
    return scenario::read_document<Example>(name, text, base);
}

} // namespace nk::study
