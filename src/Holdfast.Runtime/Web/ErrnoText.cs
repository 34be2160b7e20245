using System.Globalization;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Runtime.Web;

/// <summary>Errors as nginx's log has them.</summary>
public static class ErrnoText
{
    /// <summary>"98: Address already in use".</summary>
    public static string Of(Errno errno) => string.Create(CultureInfo.InvariantCulture,
        $"{(int)errno}: {Marshal.GetPInvokeErrorMessage((int)errno)}");
}
