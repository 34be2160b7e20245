using Holdfast.Http.Headers;

namespace Holdfast.Web.Http.Answers;

/// <summary>A field of an answer.</summary>
internal struct AnswerField
{
    /// <summary>Its name as it is written.</summary>
    internal ReadOnlyMemory<byte> Name;

    /// <summary>Its value.</summary>
    internal ReadOnlyMemory<byte> Value;

    /// <summary>Which one it is.</summary>
    internal KnownHeader Id;

    /// <summary>Whether it is not sent after all.</summary>
    internal bool IsRemoved;
}
