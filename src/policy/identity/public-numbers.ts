/** Helplines of the Union, emergency numbers. */
const short = /^(?:116[0-9]{3}|11[0-9]|15[0-9]{2}|8008?[0-9]{3})$/
/** Free of charge for the caller, with and without the code of a country: nobody has such a number at home. */
const free =
  /^(?:0800[0-9]{4,7}|(?:00)?(?:30|31|32|33|351|355|358|359|370|371|372|373|380|381|383|385|389|39|40|41|420|421|43|44|47|48|49|90)0?800[0-9]{3,7})$/

/** Whether digits are a number that is made known to everybody. */
export function isPublicNumber(digits: string): boolean {
  return short.test(digits) || free.test(digits)
}
