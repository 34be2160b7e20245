using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>What a format is for: it decides how values are escaped and whether runs of blanks become one.</summary>
public enum LogFormatUse : byte
{
    /// <summary>A line of a log: absent values are dashes, blanks are merged.</summary>
    Log,

    /// <summary>A text of a rule, for a message: control bytes are %XX.</summary>
    Message,

    /// <summary>The id of a request: as a message, and blanks are merged.</summary>
    UniqueId,
}

/// <summary>A log format that can run.</summary>
public sealed class CompiledLogFormat
{
    private readonly (byte[] Text, LogItemWriter? Writer, LogItemFlags Flags)[] _items;
    private readonly bool _merges;

    private CompiledLogFormat(List<(byte[], LogItemWriter?, LogItemFlags)> items, bool merges)
    {
        _items = [.. items];
        _merges = merges;
    }

    /// <summary>The text when it has no variables; null when it has.</summary>
    public byte[]? Constant => _items switch
    {
        [] => [],
        [(var text, null, _)] => text,
        _ => null,
    };

    /// <summary>Names of all variables that can be compiled.</summary>
    public static IEnumerable<string> AliasNames => LogAliases.Names;

    /// <summary>Compiles a format.</summary>
    /// <exception cref="NotSupportedException">A variable or expression cannot be compiled.</exception>
    public static CompiledLogFormat Compile(
        LogFormat format, CompileEnvironment environment, LogFormatUse use = LogFormatUse.Message)
    {
        var items = new List<(byte[], LogItemWriter?, LogItemFlags)>();
        LogItemFlags always = use == LogFormatUse.Log ? LogItemFlags.Mandatory : LogItemFlags.None;
        foreach (LogItem item in format.Items)
        {
            switch (item)
            {
                case LogLiteral literal:
                    byte[] text = ByteText.ToBytes(literal.Text);
                    items.Add((use == LogFormatUse.Message ? text : Merged(text), null, LogItemFlags.None));
                    break;
                case LogAlias alias:
                    environment.NamesOwnEnd |= alias.Name is "bi" or "bp";
                    items.Add(([], alias.Name == "ID" ? UniqueId(environment) : LogAliases.Find(alias.Name)
                        ?? throw new NotSupportedException($"%{alias.Name}"), alias.Flags | always));
                    break;
                case LogSample sample:
                    CompiledExpression expression = SampleCompiler.Compile(sample.Expression, environment);
                    bool isMessage = use != LogFormatUse.Log;
                    items.Add(([], (c, ref w, f) => Put(expression, c, ref w, f, isMessage), sample.Flags | always));
                    break;
                default:
                    throw new NotSupportedException(item.GetType().Name);
            }
        }
        return new CompiledLogFormat(items, use != LogFormatUse.Message);
    }

    /// <summary>Writes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="to">Where to.</param>
    /// <returns>Bytes written; what did not fit is left out.</returns>
    public int Write(RequestContext context, Span<byte> to)
    {
        var writer = new LogWriter(to);
        Write(context, ref writer);
        return writer.Length;
    }

    /// <summary>Writes it behind what a writer has.</summary>
    public void Write(RequestContext context, ref LogWriter writer)
    {
        int mark = context.Scratch.Mark;
        int start = writer.Length;
        foreach ((byte[] text, LogItemWriter? item, LogItemFlags flags) in _items)
        {
            if (item is not null)
            {
                item(context, ref writer, flags);
                context.Scratch.Release(mark);
            }
            else if (_merges)
            {
                PutMerged(ref writer, start, text);
            }
            else
            {
                writer.Put(text);
            }
        }
    }

    /// <summary>Writes it into scratch memory; false when there is no room.</summary>
    internal bool TryWrite(RequestContext context, out ReadOnlySpan<byte> text)
    {
        text = Constant;
        if (Constant is not null)
        {
            return true;
        }
        if (!context.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
        {
            return false;
        }
        var writer = new LogWriter(room);
        Write(context, ref writer);
        context.Scratch.Shrink(room.Length - writer.Length);
        text = room[..writer.Length];
        return !writer.IsCut;
    }

    private static LogItemWriter UniqueId(CompileEnvironment environment)
    {
        CompiledLogFormat? format = environment.UniqueId;
        return (c, ref w, f) => LogText.Put(
            ref w, UniqueIds.TryGet(format, c, out ReadOnlySpan<byte> id) ? id : [], f);
    }

    private static void Put(
        CompiledExpression expression, RequestContext context, ref LogWriter writer, LogItemFlags flags, bool isMessage)
    {
        var sample = new Sample();
        bool has = expression.TryEvaluateText(context, ref sample);
        // In texts for messages the original neither quotes expressions nor puts dashes for them.
        LogItemFlags shown = isMessage ? flags & LogItemFlags.Escaped : flags;
        ReadOnlySpan<byte> text = has ? sample.Bytes : [];
        if (isMessage && text.IndexOf((byte)0) is var end and >= 0)
        {
            text = text[..end]; // bytes of a number, mostly: the original's texts end there, too
        }
        LogText.Put(ref writer, text, shown, isMessage);
    }

    /// <summary>Runs of blanks become one.</summary>
    private static byte[] Merged(byte[] text)
        => [.. text.Where((b, i) => b != ' ' || i == 0 || text[i - 1] != ' ')];

    /// <summary>
    /// Runs of blanks of the format become one, also around a variable that wrote nothing; none stands in front.
    /// </summary>
    private static void PutMerged(ref LogWriter writer, int start, byte[] text)
    {
        bool isSecond = text is [(byte)' ', ..] && (writer.Length == start || writer.Written[^1] == ' ');
        writer.Put(text.AsSpan(isSecond ? 1 : 0));
    }
}
