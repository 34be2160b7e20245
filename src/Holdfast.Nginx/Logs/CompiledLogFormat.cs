using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Logs;

/// <summary>A <c>log_format</c>, ready to write lines. Writing one allocates nothing in steady state.</summary>
public sealed class CompiledLogFormat
{
    private readonly CompiledText _text;
    private readonly LogEscape _escape;

    /// <summary>Compiles a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="texts">Compiles its text.</param>
    /// <exception cref="FormatException">A variable is not known, which the parser would have said.</exception>
    public CompiledLogFormat(LogFormat format, TextCompiler texts)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(texts);
        _text = texts.Compile(format.Text);
        _escape = format.Escape;
    }

    /// <summary>Writes the line of a request, without its end.</summary>
    public void Put(Request request, TextBuilder line)
    {
        ArgumentNullException.ThrowIfNull(line);
        foreach (CompiledText.Part part in _text.Parts)
        {
            ReadOnlySpan<byte> value = part.Read(request, out bool isFound);
            if (part.Literal is not null || _escape == LogEscape.None)
            {
                line.Put(value);
            }
            else if (_escape == LogEscape.Json)
            {
                LogEscaping.PutJson(line, value);
            }
            else if (isFound)
            {
                LogEscaping.PutDefault(line, value);
            }
            else
            {
                line.Put((byte)'-');
            }
        }
    }
}
