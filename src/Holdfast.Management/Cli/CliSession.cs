using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Management.Cli;

/// <summary>One connection to the stats socket: bytes in, bytes out. It knows no socket and no clock.</summary>
/// <remarks>
/// Without <c>prompt</c> a connection ends after the commands that have come in one piece. Answers are made while they
/// are sent, so a table of a million entries needs no more memory than one of ten.
/// </remarks>
/// <param name="commands">What it knows.</param>
/// <param name="level">What it may do.</param>
/// <param name="lineMax">Longest line, and longest payload, in bytes (tune.bufsize).</param>
public sealed class CliSession(CliCommandTable commands, CliLevel level, int lineMax)
{
    private readonly List<byte> _input = [];
    private readonly Queue<Work> _waiting = new();
    private StringBuilder? _payload;
    private string _payloadLine = "";
    private IEnumerator<string>? _running;
    private bool _inputEnded;

    /// <summary>All commands.</summary>
    public CliCommandTable Commands { get; } = commands;

    /// <summary>What it may do now; it can only be lowered.</summary>
    public CliLevel Level { get; internal set; } = level;

    /// <summary>Whether it asks for the next command instead of ending (<c>prompt</c>).</summary>
    public bool HasPrompt { get; internal set; }

    /// <summary><c>set timeout cli</c>, in milliseconds; null: the socket's.</summary>
    public long? Timeout { get; internal set; }

    /// <summary>Whether nothing more is to be sent, and the connection is to be closed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether <see cref="Produce"/> has something to do.</summary>
    public bool HasWork => !IsOver && (_running is not null || _waiting.Count > 0);

    /// <summary><c>experimental-mode on</c>.</summary>
    internal bool IsExperimental { get; set; }

    /// <summary><c>expert-mode on</c>.</summary>
    internal bool IsExpert { get; set; }

    /// <summary><c>set severity-output</c>.</summary>
    internal SeverityOutput Severity { get; set; }

    /// <summary>Has answers begin with their severity: none, number or string.</summary>
    public void SetSeverity(string word) => Severity = word switch
    {
        "number" => SeverityOutput.Number,
        "string" => SeverityOutput.Text,
        _ => SeverityOutput.None,
    };

    /// <summary>Takes what the client has sent.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (IsOver || _inputEnded)
        {
            return;
        }
        foreach (byte value in bytes)
        {
            if (value != '\n')
            {
                if (_input.Count >= lineMax)
                {
                    IsOver = true; // as the original: a line that does not fit ends the connection
                    return;
                }
                _input.Add(value);
                continue;
            }
            string line = CliText.FromBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_input))
                .TrimEnd('\r');
            _input.Clear();
            OnLine(line);
        }
    }

    /// <summary>The client sends no more; what it has asked for is still answered.</summary>
    public void EndInput()
    {
        _inputEnded = true;
        IsOver |= !HasWork;
    }

    /// <summary>Works until there is nothing to do, or enough to send.</summary>
    /// <param name="output">Where answers go.</param>
    /// <param name="wanted">About how many bytes are wanted at most.</param>
    public void Produce(ArrayBufferWriter<byte> output, int wanted)
    {
        while (HasWork && output.WrittenCount < wanted)
        {
            if (_running is null)
            {
                Work work = _waiting.Dequeue();
                if (work.AsksForMore)
                {
                    Write(output, HasPrompt ? "+ " : "");
                    continue;
                }
                _running = Run(work.Words, work.Payload).GetEnumerator();
            }
            if (_running.MoveNext())
            {
                Write(output, _running.Current);
                continue;
            }
            _running.Dispose();
            _running = null;
            if (!IsOver)
            {
                Write(output, HasPrompt ? "\n> " : "\n");
                IsOver = _waiting.Count == 0 && (_inputEnded || (!HasPrompt && _payload is null && _input.Count == 0));
            }
        }
    }

    /// <summary>Ends the connection, with nothing more said.</summary>
    internal void Quit() => IsOver = true;

    /// <summary>A text with its severity in front, where the client wants that.</summary>
    internal string Grave(int number, string name, string text) => Severity switch
    {
        SeverityOutput.Number => FormattableString.Invariant($"[{number}]: {text}"),
        SeverityOutput.Text => $"[{name}]: {text}",
        _ => text,
    };

    private void OnLine(string line)
    {
        if (_payload is { } payload)
        {
            if (line.Length == 0)
            {
                _payload = null;
                Enqueue(_payloadLine, payload.ToString());
            }
            else if (payload.Length + line.Length >= lineMax)
            {
                IsOver = true;
            }
            else
            {
                payload.Append(line).Append('\n');
                _waiting.Enqueue(Work.More);
            }
        }
        else if (CliLine.AnnouncesPayload(line))
        {
            _payload = new StringBuilder();
            _payloadLine = CliLine.WithoutMark(line);
            _waiting.Enqueue(Work.More);
        }
        else
        {
            Enqueue(line, null);
        }
    }

    private void Enqueue(string line, string? payload)
    {
        ImmutableArray<string> parts = CliLine.Commands(line);
        for (int i = 0; i < parts.Length; i++)
        {
            // A semicolon at the end is no command of its own.
            if (i == 0 || parts[i].Trim(' ', '\t').Length > 0)
            {
                _waiting.Enqueue(new Work(CliLine.Words(parts[i]), i == parts.Length - 1 ? payload : null));
            }
        }
    }

    private IEnumerable<string> Run(ImmutableArray<string> words, string? payload)
    {
        var request = new CliRequest(this, words, payload);
        if (Commands.Find(words) is not { } command)
        {
            return request.Error(Commands.Unknown(this, words));
        }
        if (command.Mode == CliMode.Experimental && !IsExperimental)
        {
            return request.Error("This command is restricted to experimental mode only.\n");
        }
        if (command.Mode == CliMode.Expert && !IsExpert)
        {
            return request.Error("This command is restricted to expert mode only.\n");
        }
        return request.Refuse(command.Level) ?? command.Handler(request);
    }

    private static void Write(ArrayBufferWriter<byte> output, string text) => output.Write(ByteText.ToBytes(text));

    /// <summary>A command, or (<see cref="AsksForMore"/>) a line of a payload that has come.</summary>
    private readonly record struct Work(ImmutableArray<string> Words, string? Payload, bool AsksForMore = false)
    {
        internal static Work More => new([], null, AsksForMore: true);
    }
}
