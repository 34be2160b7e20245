using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Texts;

/// <summary>A text with variables, ready to be evaluated for requests.</summary>
public sealed class CompiledText
{
    private readonly Part[] _parts;
    private readonly byte[]? _constant;

    internal CompiledText(Part[] parts)
    {
        _parts = parts;
        _constant = parts is [] ? [] : parts is [{ Literal: { } only }] ? only : null;
    }

    /// <summary>The empty text.</summary>
    public static CompiledText Empty { get; } = new([]);

    /// <summary>The text when nothing of a request is in it; null: something is.</summary>
    public ReadOnlySpan<byte> Constant => _constant;

    /// <summary>Whether nothing of a request is in it.</summary>
    public bool IsConstant => _constant is not null;

    /// <summary>The text for a request. Holds until the request ends; a single variable's until it changes.</summary>
    public ReadOnlySpan<byte> Evaluate(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_constant is { } constant)
        {
            return constant;
        }
        if (_parts.Length == 1)
        {
            return _parts[0].Read(request, out _);
        }
        TextBuilder builder = request.Builders.Rent();
        Put(request, builder);
        ReadOnlySpan<byte> text = request.Arena.Keep(builder.Text);
        request.Builders.Return();
        return text;
    }

    /// <summary>Puts the text for a request behind what is there.</summary>
    public void Put(Request request, TextBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (Part part in _parts)
        {
            builder.Put(part.Read(request, out _));
        }
    }

    /// <summary>Its parts, for those who treat some of them in another way.</summary>
    internal ReadOnlySpan<Part> Parts => _parts;

    /// <summary>A literal, a variable or a capture.</summary>
    internal sealed record Part(byte[]? Literal, VariableReader? Reader, int Capture)
    {
        internal ReadOnlySpan<byte> Read(Request request, out bool isFound)
        {
            isFound = true;
            return Literal is { } literal ? literal
                : Reader is { } reader ? reader(request, out isFound)
                : request.Captures.Group(Capture, out isFound);
        }
    }
}
