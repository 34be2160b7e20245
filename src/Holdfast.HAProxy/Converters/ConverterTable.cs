using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>All converters by their names.</summary>
internal static class ConverterTable
{
    private static readonly Dictionary<string, StepFactory> s_all = Fill();

    /// <summary>Names that can be compiled.</summary>
    public static IEnumerable<string> Names => s_all.Keys;

    /// <summary>Compiles one; null when there is none of its name.</summary>
    public static SampleStep? Compile(StepArguments arguments)
        => s_all.TryGetValue(arguments.Name, out StepFactory? factory) ? factory(arguments) : null;

    private static Dictionary<string, StepFactory> Fill()
    {
        var table = new Dictionary<string, StepFactory>(StringComparer.Ordinal);
        ArithmeticConverters.Register(table);
        TextConverters.Register(table);
        PartConverters.Register(table);
        CodingConverters.Register(table);
        HashConverters.Register(table);
        TimeConverters.Register(table);
        StateConverters.Register(table);
        MapConverters.Register(table);
        LanguageConverter.Register(table);
        ForwardedConverters.Register(table);
        BinaryConverters.Register(table);
        JsonConverters.Register(table);
        TokenVerification.Register(table);
        return table;
    }
}
