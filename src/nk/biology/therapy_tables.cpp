#include "nk/biology/table_rows.hpp"
#include "nk/biology/therapy_laws.hpp"

namespace nk::biology {

TherapyLaws TherapyLaws::from(ParameterBase const& base) {
    TherapyLaws out{
        base.load<GraftLaw>("therapy.graft"), base.load<TreatedHostLaw>("therapy.host"), base.load<ResponseLaw>("therapy.response"), {}};
    for (auto const& organ : base.children("homing"))
        out.homing[organ] = base.load<HomingLaw>("homing." + organ);
    return out;
}

Conditioning read_conditioning(ParameterBase const& base, std::string const& name) {
    expect_row(base, "treatment.like", name, "conditioning");
    auto const row = "conditioning." + name;
    return {name, base.text(row + ".title", name), base.load<ConditioningLaw>(row)};
}

Support read_support(ParameterBase const& base, std::string const& name) {
    expect_row(base, "treatment.like", name, "support");
    auto const row = "support." + name;
    return {name, base.text(row + ".title", name), base.text(row + ".feeds_tregs") == "yes", base.load<SupportLaw>(row)};
}

} // namespace nk::biology
