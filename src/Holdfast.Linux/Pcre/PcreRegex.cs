using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Linux.Pcre;

/// <summary>A regular expression of PCRE2 over bytes, compiled once. Matching allocates nothing.</summary>
/// <remarks>A match is given up after a million steps, so that no pattern can hold a loop for long.</remarks>
public sealed unsafe class PcreRegex : IRegex, IDisposable
{
    private const uint StepsMax = 1_000_000;

    private static readonly string[] s_options =
    [
        "allow_empty_class", "alt_bsux", "auto_callout", "caseless", "dollar_endonly", "dotall", "dupnames",
        "extended", "firstline", "match_unset_backref", "multiline", "never_ucp", "never_utf", "no_auto_capture",
        "no_auto_possess", "no_dotstar_anchor", "no_start_optimize", "ucp", "ungreedy", "utf", "never_backslash_c",
        "alt_circumflex", "alt_verbnames", "use_offset_limit",
    ];

    private const int GroupsMax = 16;

    /// <summary>Where a thread's matches go; one small block for each thread that ever matches.</summary>
    [ThreadStatic]
    private static void* t_groups;

    private void* _code;
    private void* _data;
    private void* _context;
    private void* _stack;

    private PcreRegex()
    {
    }

    /// <summary>Frees what was not disposed of.</summary>
    ~PcreRegex() => Free();

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="options">Names of PCRE2_* options in lower case, without the prefix.</param>
    /// <param name="offsetMax">A match must not begin after this byte; 0: anywhere.</param>
    /// <param name="stackStart">Bytes of the JIT stack at first; 0: PCRE2's own stack.</param>
    /// <param name="stackMax">Bytes of the JIT stack at most; 0: PCRE2's own stack.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    /// <returns>Null when the pattern cannot be compiled, or the library is not there.</returns>
    public static PcreRegex? TryCompile(
        string pattern, IEnumerable<string> options, long offsetMax, long stackStart, long stackMax,
        out string? problem)
    {
        if (!Pcre2.IsAvailable)
        {
            problem = $"{Pcre2.Library} is not installed (package libpcre2-8-0)";
            return null;
        }
        uint bits = offsetMax > 0 ? Pcre2.PCRE2_USE_OFFSET_LIMIT : 0;
        foreach (string option in options)
        {
            int bit = Array.IndexOf(s_options, option); // they stand in the order of their bits
            bits |= bit < 0 ? 0 : 1u << bit;
        }
        byte[] text = Encoding.UTF8.GetBytes(pattern);
        int error;
        nuint offset;
        var regex = new PcreRegex();
        fixed (byte* pointer = text)
        {
            regex._code = Pcre2.pcre2_compile_8(pointer, (nuint)text.Length, bits, &error, &offset, null);
        }
        if (regex._code is null)
        {
            problem = $"{ErrorText(error)} at offset {offset}";
            return null;
        }
        regex.Prepare(offsetMax, stackStart, stackMax);
        problem = null;
        return regex;
    }

    /// <summary>Whether the pattern matches somewhere.</summary>
    /// <param name="subject">The bytes.</param>
    /// <param name="start">Where matching begins.</param>
    public bool IsMatch(ReadOnlySpan<byte> subject, int start)
    {
        if (start > subject.Length)
        {
            return false;
        }
        fixed (byte* pointer = subject)
        {
            byte none = 0;
            return Pcre2.pcre2_match_8(_code, pointer is null ? &none : pointer, (nuint)subject.Length, (nuint)start, 0,
                _data, _context) >= 0;
        }
    }

    /// <summary>Finds a match and its groups. Any number of threads may do so at the same time.</summary>
    /// <param name="subject">The bytes.</param>
    /// <param name="start">Where matching begins.</param>
    /// <param name="groups">
    /// Filled with start and end of the match and of its groups; -1 for one that has none.
    /// </param>
    public bool TryMatch(ReadOnlySpan<byte> subject, int start, Span<int> groups)
    {
        if (start > subject.Length)
        {
            return false;
        }
        if (t_groups is null)
        {
            t_groups = Pcre2.pcre2_match_data_create_8(GroupsMax, null);
        }
        int count;
        fixed (byte* pointer = subject)
        {
            byte none = 0;
            count = Pcre2.pcre2_match_8(_code, pointer is null ? &none : pointer, (nuint)subject.Length,
                (nuint)start, 0, t_groups, _context);
        }
        if (count < 0)
        {
            return false;
        }
        // No group fits: the library says 0. All that were there are filled.
        nuint* found = Pcre2.pcre2_get_ovector_pointer_8(t_groups);
        int known = (count == 0 ? GroupsMax : count) * 2;
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = i < known && found[i] != nuint.MaxValue ? (int)found[i] : -1;
        }
        return true;
    }

    /// <inheritdoc/>
    public int GroupOf(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name + '\0');
        fixed (byte* pointer = text)
        {
            return Pcre2.pcre2_substring_number_from_name_8(_code, pointer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static string ErrorText(int error)
    {
        byte* buffer = stackalloc byte[256];
        int length = Pcre2.pcre2_get_error_message_8(error, buffer, 256);
        return length < 0 ? "bad pattern" : Encoding.UTF8.GetString(buffer, length);
    }

    private void Prepare(long offsetMax, long stackStart, long stackMax)
    {
        _ = Pcre2.pcre2_jit_compile_8(_code, Pcre2.PCRE2_JIT_COMPLETE); // without it, it is interpreted
        _data = Pcre2.pcre2_match_data_create_from_pattern_8(_code, null);
        _context = Pcre2.pcre2_match_context_create_8(null);
        _ = Pcre2.pcre2_set_match_limit_8(_context, StepsMax);
        if (offsetMax > 0)
        {
            _ = Pcre2.pcre2_set_offset_limit_8(_context, (nuint)offsetMax);
        }
        if (stackMax > 0)
        {
            _stack = Pcre2.pcre2_jit_stack_create_8((nuint)Math.Max(1, stackStart), (nuint)stackMax, null);
            if (_stack is not null)
            {
                Pcre2.pcre2_jit_stack_assign_8(_context, null, _stack);
            }
        }
    }

    private void Free()
    {
        if (_code is null)
        {
            return;
        }
        Pcre2.pcre2_match_data_free_8(_data);
        Pcre2.pcre2_match_context_free_8(_context);
        if (_stack is not null)
        {
            Pcre2.pcre2_jit_stack_free_8(_stack);
        }
        Pcre2.pcre2_code_free_8(_code);
        _code = null;
    }
}
