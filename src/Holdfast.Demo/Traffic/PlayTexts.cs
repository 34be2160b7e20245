namespace Holdfast.Demo.Traffic;

/// <summary>The words of a play.</summary>
internal sealed record PlayTexts
{
    /// <summary>Column titles of the figures.</summary>
    internal static IReadOnlyList<string> Headings { get; } = ["What happened", "Then", "Requests failed", "For"];

    /// <summary>What is shown.</summary>
    internal required string Title { get; init; }

    /// <summary>What a balancer is called.</summary>
    internal required string Balancer { get; init; }

    /// <summary>What a server is called.</summary>
    internal required string Server { get; init; }

    /// <summary>What its state is called.</summary>
    internal required string State { get; init; }

    /// <summary>What is said of a server that is not used.</summary>
    internal required string Out { get; init; }

    /// <summary>The command whose answer is shown.</summary>
    internal required string Table { get; init; }

    /// <summary>The same in one word.</summary>
    internal required string TableShort { get; init; }
}
