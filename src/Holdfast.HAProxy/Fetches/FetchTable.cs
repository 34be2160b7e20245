using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Compiles a fetch or converter from its arguments.</summary>
internal delegate SampleStep StepFactory(StepArguments arguments);

/// <summary>All fetches by their names.</summary>
internal static class FetchTable
{
    private static readonly Dictionary<string, StepFactory> s_all = Fill();

    /// <summary>Names that can be compiled.</summary>
    public static IEnumerable<string> Names => s_all.Keys;

    /// <summary>Compiles one; null when there is none of its name.</summary>
    public static SampleStep? Compile(StepArguments arguments)
        => s_all.TryGetValue(arguments.Name, out StepFactory? factory) ? factory(arguments) : null;

    /// <summary>Adds a fetch without arguments.</summary>
    public static void Register(this Dictionary<string, StepFactory> table, string names, SampleStep step)
        => table.Register(names, (StepFactory)(_ => step));

    /// <summary>Adds a fetch under several names.</summary>
    public static void Register(this Dictionary<string, StepFactory> table, string names, StepFactory factory)
    {
        foreach (string name in names.Split(' '))
        {
            table[name] = factory;
        }
    }

    private static Dictionary<string, StepFactory> Fill()
    {
        var table = new Dictionary<string, StepFactory>(StringComparer.Ordinal);
        ConstantFetches.Register(table);
        ConnectionFetches.Register(table);
        TrafficFetches.Register(table);
        RequestFetches.Register(table);
        HeaderFetches.Register(table);
        CookieFetches.Register(table);
        ParameterFetches.Register(table);
        BufferFetches.Register(table);
        AuthFetches.Register(table);
        SessionFetches.Register(table);
        return table;
    }
}
