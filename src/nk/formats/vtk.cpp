#include "nk/formats/vtk.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

namespace nk::formats {
namespace {

static_assert(std::endian::native == std::endian::little, "the files say that their bytes are little endian");

/// XML knows no control characters, not even escaped.
std::string xml_escaped(std::string_view text) {
    std::string out;
    for (auto const letter : text) {
        switch (letter) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
        }
    }
    return out;
}

template <class T> constexpr char const* vtk_type();
template <> constexpr char const* vtk_type<float>() {
    return "Float32";
}
template <> constexpr char const* vtk_type<double>() {
    return "Float64";
}
template <> constexpr char const* vtk_type<std::int32_t>() {
    return "Int32";
}
template <> constexpr char const* vtk_type<std::int64_t>() {
    return "Int64";
}

/// A VTK XML file that grows: tags in front, the bytes of the arrays behind them.
class VtkDocument {
  public:
    explicit VtkDocument(std::string const& type) : type_(type) {
        tags_ = fmt::format("<?xml version=\"1.0\"?>\n<VTKFile type=\"{}\" version=\"1.0\" byte_order=\"LittleEndian\" "
                            "header_type=\"UInt64\">\n  <{}",
                            type, type);
    }

    void add(std::string_view tags) { tags_ += tags; }

    template <class T> void array(std::string const& name, std::vector<T> const& values, int components = 1) {
        NK_EXPECT(names_.insert(name).second);
        tags_ += fmt::format("<DataArray type=\"{}\" Name=\"{}\" NumberOfComponents=\"{}\" format=\"appended\" offset=\"{}\"/>\n",
                             vtk_type<T>(), xml_escaped(name), components, bytes_.size());
        auto const size = static_cast<std::uint64_t>(values.size() * sizeof(T));
        bytes_.append(reinterpret_cast<char const*>(&size), sizeof size);
        if (!values.empty())
            bytes_.append(reinterpret_cast<char const*>(values.data()), values.size() * sizeof(T));
    }

    /// Places and connections have namespaces of their own.
    void next_section() { names_.clear(); }

    std::string text() const {
        return tags_ + fmt::format("  </{}>\n  <AppendedData encoding=\"raw\">\n_", type_) + bytes_ + "\n  </AppendedData>\n</VTKFile>\n";
    }

  private:
    std::string type_;
    std::string tags_;
    std::string bytes_;
    std::set<std::string> names_;
};

/// A text column as codes.
struct CodedTexts {
    std::vector<std::int32_t> codes;
    std::vector<std::string> values;
};

CodedTexts coded(std::vector<std::string> const& texts) {
    CodedTexts out;
    std::map<std::string_view, std::int32_t> known;
    for (auto const& text : texts) {
        auto const [found, fresh] = known.try_emplace(text, static_cast<std::int32_t>(known.size()));
        if (fresh)
            out.values.push_back(text);
        out.codes.push_back(found->second);
    }
    return out;
}

/// VTK writes texts as the codes of their bytes, each text closed by a 0.
std::string field_of_texts(std::string const& name, std::vector<std::string> const& texts) {
    auto out = fmt::format("<Array type=\"String\" Name=\"{}\" NumberOfTuples=\"{}\" format=\"ascii\">\n", xml_escaped(name), texts.size());
    for (auto const& text : texts) {
        for (auto const letter : text)
            out += fmt::format("{} ", static_cast<int>(static_cast<unsigned char>(letter)));
        out += "0\n";
    }
    return out + "</Array>\n";
}

std::vector<double> const& numbers_called(Table const& table, std::string const& name) {
    auto const found = std::find_if(table.columns.begin(), table.columns.end(), [&](auto const& column) { return column.name == name; });
    NK_EXPECT(found != table.columns.end() && std::holds_alternative<std::vector<double>>(found->values));
    return std::get<std::vector<double>>(found->values);
}

bool is_place(TableColumn const& column) {
    return column.name == "x" || column.name == "y" || column.name == "z";
}

std::vector<double> places_of(Table const& cells) {
    std::vector<double> places(3 * cells.rows());
    auto const& x = numbers_called(cells, "x");
    auto const& y = numbers_called(cells, "y");
    auto const& z = numbers_called(cells, "z");
    for (std::size_t i = 0; i < cells.rows(); ++i) {
        places[3 * i] = x[i];
        places[3 * i + 1] = y[i];
        places[3 * i + 2] = z[i];
    }
    return places;
}

} // namespace

std::string name_with_unit(std::string const& name, std::string const& unit) {
    return unit.empty() || unit == "1" ? name : name + " [" + unit + "]";
}

void write_vtp(std::string const& path, Table const& cells) {
    auto const rows = cells.rows();
    for (auto const& column : cells.columns)
        NK_EXPECT(std::visit([](auto const& values) { return values.size(); }, column.values) == rows);
    VtkDocument document("PolyData");
    document.add(">\n");
    std::map<std::string, CodedTexts> texts;
    for (auto const& column : cells.columns)
        if (auto const* values = std::get_if<std::vector<std::string>>(&column.values))
            NK_EXPECT(texts.try_emplace(column.name, coded(*values)).second);
    if (!texts.empty()) {
        document.add("<FieldData>\n");
        for (auto const& [name, column] : texts)
            document.add(field_of_texts(name + " values", column.values));
        document.add("</FieldData>\n");
    }
    document.add(fmt::format("<Piece NumberOfPoints=\"{0}\" NumberOfVerts=\"{0}\" NumberOfLines=\"0\" NumberOfStrips=\"0\" "
                             "NumberOfPolys=\"0\">\n<PointData>\n",
                             rows));
    for (auto const& column : cells.columns)
        if (auto const found = texts.find(column.name); found != texts.end())
            document.array(column.name, found->second.codes);
        else if (!is_place(column))
            document.array(name_with_unit(column.name, column.unit), std::get<std::vector<double>>(column.values));
    document.next_section();
    document.add("</PointData>\n<Points>\n");
    document.array("Points", places_of(cells), 3);
    document.add("</Points>\n<Verts>\n");
    std::vector<std::int64_t> each(rows);
    std::iota(each.begin(), each.end(), 0);
    document.array("connectivity", each);
    std::iota(each.begin(), each.end(), 1);
    document.array("offsets", each);
    document.add("</Verts>\n</Piece>\n");
    write_atomically(path, document.text());
}

void write_vti(std::string const& path, VoxelImage const& image) {
    NK_EXPECT(image.nx > 0 && image.ny > 0 && image.nz > 0);
    NK_EXPECT(std::all_of(image.spacing.begin(), image.spacing.end(), [](double edge) { return edge > 0.0 && std::isfinite(edge); }));
    auto const voxels = static_cast<std::size_t>(image.nx) * static_cast<std::size_t>(image.ny) * static_cast<std::size_t>(image.nz);
    auto const extent = fmt::format("0 {} 0 {} 0 {}", image.nx, image.ny, image.nz);
    VtkDocument document("ImageData");
    document.add(fmt::format(" WholeExtent=\"{}\" Origin=\"{}\" Spacing=\"{}\">\n<Piece Extent=\"{}\">\n<CellData>\n", extent,
                             fmt::join(image.origin, " "), fmt::join(image.spacing, " "), extent));
    for (auto const& array : image.arrays)
        std::visit(
            [&](auto const& values) {
                NK_EXPECT(values.size() == voxels);
                document.array(name_with_unit(array.name, array.unit), values);
            },
            array.values);
    document.add("</CellData>\n</Piece>\n");
    write_atomically(path, document.text());
}

std::string pvd_text(std::vector<PvdEntry> const& entries) {
    std::string out =
        "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n  <Collection>\n";
    for (auto const& entry : entries) {
        NK_EXPECT(std::isfinite(entry.time));
        out += fmt::format("    <DataSet timestep=\"{}\" group=\"\" part=\"0\" file=\"{}\"/>\n", entry.time, xml_escaped(entry.file));
    }
    return out + "  </Collection>\n</VTKFile>\n";
}

} // namespace nk::formats
